using System.Data;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Store;

/// <summary>Reads an account with what is due subtracted, and writes nothing.</summary>
internal static class AccountReader
{
    public static async Task<AccountOverview> ReadAsync(CreditsDatabase database, DbContext context, AccountId account, CancellationToken cancellationToken)
    {
        var id = account.Value;

        // One statement, so that the figures and the grants are of one moment.
        var rows = await (
            from state in context.Set<AccountRow>().AsNoTracking()
            where state.AccountId == id
            join grant in context.Set<GrantRow>().AsNoTracking().Where(grant => grant.Live) on state.AccountId equals grant.AccountId into grants
            from grant in grants.DefaultIfEmpty()
            select new { state, grant }).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (rows.Count == 0)
        {
            return new AccountOverview(new AccountState { Account = account }, []);
        }

        var found = rows[0].state.ToState();
        var due = found.NextDue is not null && AccountBook.IsDue(found, await database.NowAsync(context, cancellationToken).ConfigureAwait(false));
        return due
            ? await SettledAsync(database, context, account, cancellationToken).ConfigureAwait(false)
            : Overview(new AccountBook(found, rows.Where(row => row.grant is not null).Select(row => row.grant!.ToGrant()), [], holdsComplete: false, NoHistory.Instance));
    }

    private static async Task<AccountOverview> SettledAsync(CreditsDatabase database, DbContext context, AccountId account, CancellationToken cancellationToken) =>
        await database.SnapshotAsync(
            context,
            async token =>
            {
                var id = account.Value;
                var state = (await context.Set<AccountRow>().AsNoTracking().SingleAsync(row => row.AccountId == id, token).ConfigureAwait(false)).ToState();
                var grants = await context.Set<GrantRow>().AsNoTracking().Where(row => row.AccountId == id && row.Live).ToListAsync(token).ConfigureAwait(false);
                var holds = await context.Set<HoldRow>().AsNoTracking().Where(row => row.AccountId == id).ToListAsync(token).ConfigureAwait(false);
                var book = new AccountBook(state, grants.Select(row => row.ToGrant()), holds.Select(row => row.ToHold()), holdsComplete: true, NoHistory.Instance);
                book.Apply(new TouchCommand(account), await database.NowAsync(context, token).ConfigureAwait(false));
                return Overview(book);
            },
            cancellationToken).ConfigureAwait(false);

    private static AccountOverview Overview(AccountBook book) => new(book.State, book.LiveGrants);

    /// <summary>What is due needs nothing of the past: open holds pin live grants.</summary>
    private sealed class NoHistory : IAccountHistory
    {
        public static readonly NoHistory Instance = new();

        public Entry? FindEntry(string key) => null;

        public Refusal? FindRefusal(string key) => null;

        public Generation? FindGeneration(Guid id) => null;

        // What a member has used is not shown here, so there is nothing to correct.
        public Member? FindMember(string id) => null;

        public Grant? FindGrant(long id) => null;

        public IReadOnlyList<Entry> FindCaptures(Guid holdId) => [];
    }
}
