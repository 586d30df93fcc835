using System.Collections.Concurrent;
using AiCredits.Administration;
using AiCredits.Analytics;
using AiCredits.Events;
using AiCredits.Guests;
using AiCredits.Integrity;
using AiCredits.Teams;
using AiCredits.Transfers;
using Microsoft.Extensions.Options;

namespace AiCredits.Ledger;

/// <summary>
/// Accounts in this process's memory: for trying out and for tests. Keeps every rule of the ledger but loses all when
/// the process ends, and other instances don't see it.
/// </summary>
internal sealed class MemoryCreditStore(MemoryGuestLimiter guests, MemoryOutbox outbox, TouchedAccounts touched, AccountSignals signals, IOptionsMonitor<AiCreditsOptions> options, TimeProvider clock) : ICreditStore, ILedgerArchive, ICreditDirectory, ITeamStore, ITransferStore
{
    private readonly ConcurrentDictionary<AccountId, MemoryAccount> accounts = new();

    public ValueTask<TResult> ExecuteAsync<TResult>(LedgerCommand<TResult> command, CancellationToken cancellationToken = default)
        where TResult : LedgerResult
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        var account = accounts.GetOrAdd(command.Account, static (id, store) => store.Open(id), this);
        touched.Note(command.Account);
        var result = (TResult)account.Execute(command, UtcMicroseconds.Now(clock));
        signals.Changed(command.Account);
        return new ValueTask<TResult>(result);
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
            .Where(generation => query.Member is null || generation.Start.Member == query.Member)
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

    public ValueTask<TResult> ReadRecentAsync<TResult>(AccountId account, int maxEntries, Func<AccountArchive, ValueTask<TResult>> read, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        var archive = accounts.TryGetValue(account, out var found) ? found : Open(account);
        return read(archive.RecentArchive(maxEntries));
    }

    public ValueTask<IReadOnlyList<ChainHead>> GetHeadsAsync(AccountId? after, int limit, CancellationToken cancellationToken = default) =>
        new([.. accounts
            .Where(account => after is not { } last || string.CompareOrdinal(account.Key.Value, last.Value) > 0)
            .OrderBy(account => account.Key.Value, StringComparer.Ordinal)
            .Select(account => account.Value.Head)
            .Where(head => head.Sequence > 0)
            .Take(limit)]);

    public ValueTask<Entry?> FindEntryAsync(AccountId account, long sequence, CancellationToken cancellationToken = default) =>
        new(accounts.TryGetValue(account, out var found) ? found.Entries(new EntryQuery(account) { Before = sequence + 1, Limit = 1 }).FirstOrDefault(entry => entry.Sequence == sequence) : null);

    public ValueTask<IReadOnlyList<AccountState>> FindAccountsAsync(AccountSearch search, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(search);
        search.Validate();
        return new([.. accounts
            .Where(account => account.Key.Value.StartsWith(search.Prefix ?? "", StringComparison.Ordinal) && (search.After is not { } last || string.CompareOrdinal(account.Key.Value, last.Value) > 0))
            .OrderBy(account => account.Key.Value, StringComparer.Ordinal)
            .Select(account => account.Value.Archive().State)
            .Where(state => state.Sequence > 0)
            .Take(search.Limit)]);
    }

    public ValueTask<IReadOnlyList<Grant>> GetGrantsAsync(AccountId account, CancellationToken cancellationToken = default) =>
        new(accounts.TryGetValue(account, out var found) ? [.. found.Archive().Grants.OrderByDescending(grant => grant.Id)] : []);

    public ValueTask<IReadOnlyList<OpenHold>> GetOpenHoldsAsync(AccountId? account, HoldMark? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        return new([.. accounts
            .Where(found => account is not { } one || found.Key == one)
            .SelectMany(found => found.Value.Archive().OpenHolds.Select(hold => new OpenHold(found.Key, hold)))
            .Where(open => after is not { } mark || (open.Hold.HeldAt, open.Hold.Id).CompareTo((mark.HeldAt, mark.HoldId)) > 0)
            .OrderBy(open => open.Hold.HeldAt).ThenBy(open => open.Hold.Id)
            .Take(limit)]);
    }

    public ValueTask<IReadOnlyList<Entry>> GetEntriesOfAsync(AccountId account, Generation generation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generation);
        return new(accounts.TryGetValue(account, out var found) ? found.EntriesOf(generation.Id) : []);
    }

    internal IEnumerable<AccountHistory> Histories() => accounts.Values.Select(account => account.History());

    public ValueTask<Entry?> FindEntryAsync(AccountId account, string key, CancellationToken cancellationToken = default) =>
        new(accounts.TryGetValue(account, out var found) ? found.FindEntry(key) : null);

    public ValueTask<IReadOnlyList<Member>> GetMembersAsync(AccountId account, string? after, int limit, CancellationToken cancellationToken = default)
    {
        var now = UtcMicroseconds.Now(clock);
        return new ValueTask<IReadOnlyList<Member>>(accounts.TryGetValue(account, out var found)
            ? [.. found.Members().Where(member => string.CompareOrdinal(member.Id, after) > 0).OrderBy(member => member.Id, StringComparer.Ordinal).Take(limit).Select(member => member.AsOf(now))]
            : []);
    }

    public ValueTask<Member?> FindMemberAsync(AccountId account, string member, CancellationToken cancellationToken = default) =>
        new(accounts.TryGetValue(account, out var found) ? found.FindMember(member)?.AsOf(UtcMicroseconds.Now(clock)) : null);

    public ValueTask<PendingTransfer?> FindTransferAsync(AccountId from, Guid transferId, CancellationToken cancellationToken = default) =>
        new(accounts.TryGetValue(from, out var found) ? found.Transfers().FirstOrDefault(transfer => transfer.Id == transferId) : null);

    public ValueTask<IReadOnlyList<PendingTransfer>> GetTransfersAsync(DateTime before, int limit, CancellationToken cancellationToken = default) =>
        new([.. accounts.Values.SelectMany(account => account.Transfers()).Where(transfer => transfer.SentAt < before).OrderBy(transfer => transfer.SentAt).Take(limit)]);

    public ValueTask CompleteTransferAsync(PendingTransfer transfer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        if (accounts.TryGetValue(transfer.From, out var account))
        {
            account.CompleteTransfer(transfer.Id);
        }

        return default;
    }

    private MemoryAccount Open(AccountId account) => new(account, outbox, new LedgerRules(options.CurrentValue.LowBalance));
}
