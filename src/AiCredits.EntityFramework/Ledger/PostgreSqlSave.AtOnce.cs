using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using Npgsql;

namespace AiCredits.EntityFramework.Ledger;

/// <content>A lone hold or settlement on an account that is remembered: everything in one round trip.</content>
internal sealed partial class PostgreSqlSave
{
    // How far the time of an entry may be behind the database's when it is written: the way there, a wait for the lock.
    private static readonly TimeSpan AtOnceWithin = TimeSpan.FromMilliseconds(100);

    // To prepare the statements with.
    private static readonly AccountState NoAccount = new() { Account = new AccountId("none") };
    private static readonly Grant NoGrant = new() { Id = 0, Kind = GrantKind.Promotion, Amount = Credits.Zero, GrantedAt = DateTime.UnixEpoch };

    /// <summary>True when what was decided is what the statements for a remembered account can write.</summary>
    public static bool FitsAtOnce(BatchAccount account, AccountChanges decided) =>
        decided.Entries.Count > 0 && decided.Grants.Count <= 1
        && decided.Grants.All(grant => account.FindLoaded(grant.Id) is { Pending: false } before && Others(grant) == Others(before))
        && Others(decided.State) == Others(account.State!);

    /// <summary>
    /// Writes what was decided on an account as it is remembered, and returns the database's time; or the server reports an
    /// error, and nothing is written: it makes one transaction of what travels together.
    /// </summary>
    /// <param name="session">A session straight to the server.</param>
    /// <param name="account">The account as remembered.</param>
    /// <param name="decided">What was decided on it; it must fit (<see cref="FitsAtOnce"/>).</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<DateTime> WriteAtOnceAsync(PostgreSqlSession session, BatchAccount account, AccountChanges decided, CancellationToken cancellationToken)
    {
        var (before, at) = (account.State!, decided.Entries[0].At);
        var latest = at + AtOnceWithin;
        await using var command = session.NewBatch();
        AddRemembered(command, sql, before, decided.State, batch.Lone!.ConcernedHold!.Value, at, before.NextDue is { } due && due <= latest ? due.AddMicroseconds(-1) : latest);
        foreach (var grant in decided.Grants)
        {
            AddRememberedGrant(command, sql, before.Account.Value, account.FindLoaded(grant.Id)!, grant);
        }

        AddRest(command);
        await session.PrepareAsync(command, cancellationToken).ConfigureAwait(false);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var now = UtcMicroseconds.ToDateTime(reader.GetInt64(0));
        while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
        {
            // Only after the last result it is committed.
        }

        return now;
    }

    // What the statement leaves as it is.
    private static (Credits Issued, bool Frozen, bool Welcomed) Others(AccountState state) => (state.Issued, state.Frozen, state.Welcomed);

    private static (Credits Revoked, Credits TakenBack, bool Pending) Others(Grant grant) => (grant.Revoked, grant.TakenBack, grant.Pending);

    private static void AddRemembered(NpgsqlBatch command, PostgreSqlStatements sql, AccountState before, AccountState after, Guid generation, DateTime earliest, DateTime latest) =>
        command.BatchCommands.Add(new NpgsqlBatchCommand(sql.UpdateRemembered)
        {
            Parameters =
            {
                Of(before.Account.Value),
                Of(after.Available.Millionths),
                Of(after.Held.Millionths),
                Of(after.Spent.Millionths),
                Of(after.Expired.Millionths),
                Of(after.Revoked.Millionths),
                Of(after.Debt.Millionths),
                Of(after.Sequence),
                Of(Stored.Micros(after.LastAt)),
                Of(Stored.Micros(after.NextDue)),
                Of(after.Low),
                Of(after.ChainHead),
                Of(before.Issued.Millionths),
                Of(before.Available.Millionths),
                Of(before.Held.Millionths),
                Of(before.Spent.Millionths),
                Of(before.Expired.Millionths),
                Of(before.Revoked.Millionths),
                Of(before.Debt.Millionths),
                Of(before.Sequence),
                Of(Stored.Micros(before.LastAt)),
                Of(Stored.Micros(before.NextDue)),
                Of(before.Low),
                Of(before.ChainHead),
                Of(before.Frozen),
                Of(generation),
                Of(earliest),
                Of(latest),
            },
        });

    private static void AddRememberedGrant(NpgsqlBatch command, PostgreSqlStatements sql, string account, Grant before, Grant after) =>
        command.BatchCommands.Add(new NpgsqlBatchCommand(sql.UpdateRememberedGrant)
        {
            Parameters =
            {
                Of(account),
                Of(after.Id),
                Of(after.Available.Millionths),
                Of(after.Held.Millionths),
                Of(after.Spent.Millionths),
                Of(after.Expired.Millionths),
                Of(after.IsLive),
                Of(before.Available.Millionths),
                Of(before.Held.Millionths),
                Of(before.Spent.Millionths),
                Of(before.Expired.Millionths),
            },
        });

    private static NpgsqlParameter<T> Of<T>(T value) => new() { TypedValue = value };
}
