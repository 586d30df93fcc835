using System.Collections.Concurrent;
using AiCredits.Events;
using AiCredits.Guests;
using AiCredits.Integrity;
using Microsoft.Extensions.Options;

namespace AiCredits.Ledger;

/// <summary>
/// Accounts in this process's memory: for trying out and for tests. Keeps every rule of the ledger but loses all when
/// the process ends, and other instances don't see it.
/// </summary>
internal sealed class MemoryCreditStore(MemoryGuestLimiter guests, MemoryOutbox outbox, IOptionsMonitor<AiCreditsOptions> options, TimeProvider clock) : ICreditStore, ILedgerArchive
{
    private readonly ConcurrentDictionary<AccountId, MemoryAccount> accounts = new();

    public ValueTask<TResult> ExecuteAsync<TResult>(LedgerCommand<TResult> command, CancellationToken cancellationToken = default)
        where TResult : LedgerResult
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        var account = accounts.GetOrAdd(command.Account, static (id, store) => store.Open(id), this);
        return new ValueTask<TResult>((TResult)account.Execute(command, UtcMicroseconds.Now(clock)));
    }

    public ValueTask<AccountOverview> GetAccountAsync(AccountId account, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<AccountOverview>(accounts.TryGetValue(account, out var found)
            ? found.Overview(UtcMicroseconds.Now(clock))
            : new AccountOverview(new AccountState { Account = account }, []));
    }

    public ValueTask<IReadOnlyList<Entry>> GetEntriesAsync(EntryQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        query.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<IReadOnlyList<Entry>>(accounts.TryGetValue(query.Account, out var account) ? account.Entries(query) : []);
    }

    public ValueTask<Generation?> FindGenerationAsync(AccountId account, Guid generationId, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<Generation?>((accounts.TryGetValue(account, out var found) ? found.FindAnyGeneration(generationId) : null)
            ?? guests.GenerationsClaimedBy(account).FirstOrDefault(generation => generation.Id == generationId));
    }

    public ValueTask<IReadOnlyList<Generation>> GetGenerationsAsync(GenerationQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        query.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        var own = accounts.TryGetValue(query.Account, out var account) ? account.AllGenerations() : [];
        return new ValueTask<IReadOnlyList<Generation>>([.. own
            .Concat(guests.GenerationsClaimedBy(query.Account))
            .Where(generation => query.Before is not { } before || generation.Id.CompareTo(before) < 0)
            .OrderByDescending(generation => generation.Id)
            .Take(query.Limit)]);
    }

    public ValueTask<int> SettleDueAsync(int maxAccounts, CancellationToken cancellationToken = default)
    {
        var now = UtcMicroseconds.Now(clock);
        var settled = 0;
        foreach (var account in accounts.Values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (settled >= maxAccounts)
            {
                break;
            }

            settled += account.SettleDue(now) ? 1 : 0;
        }

        return new ValueTask<int>(settled);
    }

    public ValueTask<int> ForgetPromptsAsync(int max, CancellationToken cancellationToken = default)
    {
        var now = UtcMicroseconds.Now(clock);
        var forgotten = 0;
        foreach (var account in accounts.Values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            forgotten += account.ForgetPrompts(now, max - forgotten);
        }

        return new ValueTask<int>(forgotten + guests.ForgetPrompts(now, max - forgotten));
    }

    public ValueTask CheckAsync(CancellationToken cancellationToken = default) => default;

    public ValueTask<IReadOnlyList<AccountId>> GetAccountsAsync(AccountId? after, DateTime? touchedSince, int limit, CancellationToken cancellationToken = default) =>
        new([.. accounts
            .Where(account => (after is not { } last || string.CompareOrdinal(account.Key.Value, last.Value) > 0) && (touchedSince is not { } since || account.Value.LastAt >= since))
            .Select(account => account.Key)
            .OrderBy(account => account.Value, StringComparer.Ordinal)
            .Take(limit)]);

    public ValueTask<TResult> ReadAsync<TResult>(AccountId account, Func<AccountArchive, ValueTask<TResult>> read, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        var archive = accounts.TryGetValue(account, out var found) ? found : Open(account);
        return read(archive.Archive());
    }

    private MemoryAccount Open(AccountId account) => new(account, outbox, new LedgerRules(options.CurrentValue.LowBalance));
}
