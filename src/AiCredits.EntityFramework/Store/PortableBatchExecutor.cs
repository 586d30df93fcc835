using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace AiCredits.EntityFramework.Store;

/// <summary>
/// Batches on any relational provider of EF: LINQ and SaveChanges in one transaction. The same kernel and the same answers
/// as the executors with SQL of their own, at more round trips.
/// </summary>
internal sealed class PortableBatchExecutor(CreditsDatabase database, Func<LedgerRules> rules) : ILedgerBatchExecutor
{
    public int Lanes => 1;

    public async ValueTask ExecuteAsync(int lane, ReadOnlyMemory<PendingCommand> batch, CancellationToken cancellationToken)
    {
        await AddAccountsAsync(new LedgerBatch(batch.Span), cancellationToken).ConfigureAwait(false);
        await database.WriteAsync(
            async (context, token) =>
            {
                // Sorted anew for each attempt: what an attempt loads is never used again.
                var commands = new LedgerBatch(batch.Span);
                await LockAsync(context, commands, token).ConfigureAwait(false);
                var now = await database.NowAsync(context, token).ConfigureAwait(false);
                await new PortableLoad(context, commands).ReadAsync(now, token).ConfigureAwait(false);
                foreach (var changes in commands.Decide(now, rules()))
                {
                    Set(context, changes);
                    await AddEventsAsync(context, changes, token).ConfigureAwait(false);
                }

                return await context.SaveChangesAsync(token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    public BatchFault Classify(Exception exception) => exception is LedgerUnavailableException ? BatchFault.Transient : BatchFault.Command;

    public async ValueTask CheckAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync((context, token) => context.Set<AccountRow>().AnyAsync(row => row.AccountId == "", token), cancellationToken).ConfigureAwait(false);

    public ValueTask DisposeAsync() => default;

    // In transactions of their own: of two first touches one fails here, and then both find the row and lock it.
    private async Task AddAccountsAsync(LedgerBatch batch, CancellationToken cancellationToken)
    {
        var ids = batch.Accounts.ConvertAll(account => account.Account.Value);
        var known = await database.ReadAsync(
            (context, token) => context.Set<AccountRow>().Where(row => ids.Contains(row.AccountId)).Select(row => row.AccountId).ToListAsync(token),
            cancellationToken).ConfigureAwait(false);
        foreach (var id in ids.Except(known, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            try
            {
                await database.WriteAsync(
                    (context, token) =>
                    {
                        context.Add(new AccountRow { AccountId = id });
                        return context.SaveChangesAsync(token);
                    },
                    cancellationToken).ConfigureAwait(false);
            }
            catch (DbUpdateException)
            {
                // Another instance added it at the same moment.
            }
        }
    }

    // Setting a column to itself is the row lock that every database has. In an order that all share, and in statements
    // before the reading ones, which so see what the last holder of the lock wrote.
    private static async Task LockAsync(DbContext context, LedgerBatch batch, CancellationToken cancellationToken)
    {
        foreach (var account in batch.Accounts.OrderBy(account => account.Account.Value, StringComparer.Ordinal))
        {
            var id = account.Account.Value;
            var locked = await context.Set<AccountRow>().Where(row => row.AccountId == id)
                .ExecuteUpdateAsync(row => row.SetProperty(it => it.Seq, it => it.Seq), cancellationToken).ConfigureAwait(false);
            if (locked != 1)
            {
                throw new LedgerInvariantException($"The row of account '{id}' has been removed.");
            }
        }
    }

    private static void Set(DbContext context, AccountChanges changes)
    {
        var account = changes.State.Account;
        Set(context, AccountRow.From(changes.State), account.Value);
        foreach (var grant in changes.Grants)
        {
            Set(context, GrantRow.From(account, grant), account.Value, grant.Id);
        }

        foreach (var hold in changes.OpenHolds)
        {
            Set(context, HoldRow.From(account, hold), account.Value, hold.Id);
        }

        foreach (var id in changes.EndedHolds)
        {
            context.Remove(Find<HoldRow>(context, account.Value, id)?.Entity
                ?? throw new LedgerInvariantException($"Account '{account}': hold {id} ended but was not loaded."));
        }

        foreach (var generation in changes.Generations)
        {
            // The prompt as it was loaded is left alone: it may have been forgotten meanwhile.
            Set(context, GenerationRow.From(account, generation), account.Value, generation.Id);
        }

        context.AddRange(changes.Entries.Select(EntryRow.From));
        context.AddRange(changes.Refusals.Select(refusal => RefusalRow.From(account, refusal)));
    }

    // Holds may end without an entry of their own, several after one entry: the event of another one would be a repetition.
    private static async Task AddEventsAsync(DbContext context, AccountChanges changes, CancellationToken cancellationToken)
    {
        foreach (var row in changes.Events.DistinctBy(creditEvent => creditEvent.Id).Select(EventRow.From))
        {
            if (row.Seq > changes.SequenceBefore || !await context.Set<EventRow>().AnyAsync(it => it.AccountId == row.AccountId && it.Seq == row.Seq && it.Name == row.Name, cancellationToken).ConfigureAwait(false))
            {
                context.Add(row);
            }
        }
    }

    // What was loaded is changed where it differs; what was not is new.
    private static void Set<TRow>(DbContext context, TRow row, params object[] key)
        where TRow : class
    {
        if (Find<TRow>(context, key) is { } known)
        {
            known.CurrentValues.SetValues(row);
        }
        else
        {
            context.Add(row);
        }
    }

    private static EntityEntry<TRow>? Find<TRow>(DbContext context, params object[] key)
        where TRow : class => context.Set<TRow>().Local.FindEntryUntyped(key);
}
