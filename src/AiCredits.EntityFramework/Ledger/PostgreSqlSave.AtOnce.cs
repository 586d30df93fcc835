using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace AiCredits.EntityFramework.Ledger;

/// <content>A lone hold or settlement on an account that is remembered: everything in one round trip.</content>
internal sealed partial class PostgreSqlSave
{
    // How far the time of an entry may be behind the database's when it is written: the way there, a wait for the lock.
    private static readonly TimeSpan AtOnceWithin = TimeSpan.FromMilliseconds(100);

    // To prepare the statements with.
    private static readonly AccountState NoAccount = new() { Account = new AccountId("none") };
    private static readonly Grant NoGrant = new() { Id = 0, Kind = GrantKind.Promotion, Amount = Credits.Zero, GrantedAt = DateTime.UnixEpoch };
    private static readonly Entry NoEntry = new() { Account = NoAccount.Account, Sequence = 0, At = DateTime.UnixEpoch, Kind = EntryKind.Hold };

    /// <summary>True when what was decided is what the statements for a remembered account can write.</summary>
    public static bool FitsAtOnce(BatchAccount account, AccountChanges decided) =>
        decided is { Entries: [var first, ..], Grants: [var grant] } && IsPlain(first)
        && account.FindLoaded(grant.Id) is { Pending: false } before && Others(grant) == Others(before)
        && Others(decided.State) == Others(account.State!);

    /// <summary>
    /// Writes what was decided on an account as it is remembered; or the server reports an error, and nothing is written: it
    /// makes one transaction of what travels together.
    /// </summary>
    /// <param name="session">A session straight to the server.</param>
    /// <param name="account">The account as remembered.</param>
    /// <param name="decided">What was decided on it; it must fit (<see cref="FitsAtOnce"/>).</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask WriteAtOnceAsync(PostgreSqlSession session, BatchAccount account, AccountChanges decided, CancellationToken cancellationToken)
    {
        var (before, grant, first) = (account.State!, decided.Grants[0], decided.Entries[0]);
        var latest = first.At + AtOnceWithin;
        await using var command = session.NewBatch();
        AddRemembered(command, sql, before, decided.State);
        AddRememberedGrant(command, sql, before.Account.Value, account.FindLoaded(grant.Id)!, grant);
        AddFirstEntry(command, sql, first, decided.State, grant, before.NextDue is { } due && due <= latest ? due.AddMicroseconds(-1) : latest, SlicesOf(first.Slices));
        firstEntryIsThere = true;
        AddRest(command);
        await session.PrepareAsync(command, cancellationToken).ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    // What the statements leave as it is.
    private static (Credits Issued, Credits Revoked, Credits Debt, bool Frozen, bool Welcomed) Others(AccountState state) =>
        (state.Issued, state.Revoked, state.Debt, state.Frozen, state.Welcomed);

    private static (Credits Revoked, Credits TakenBack, bool Pending) Others(Grant grant) => (grant.Revoked, grant.TakenBack, grant.Pending);

    private static void AddRemembered(NpgsqlBatch command, PostgreSqlStatements sql, AccountState before, AccountState after) =>
        command.BatchCommands.Add(new NpgsqlBatchCommand(sql.UpdateRemembered)
        {
            Parameters =
            {
                Of(before.Account.Value),
                Of(after.Available.Millionths),
                Of(after.Held.Millionths),
                Of(after.Spent.Millionths),
                Of(after.Expired.Millionths),
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

    private static void AddFirstEntry(NpgsqlBatch command, PostgreSqlStatements sql, Entry entry, AccountState after, Grant grant, DateTime latest, string? slices) =>
        command.BatchCommands.Add(new NpgsqlBatchCommand(sql.AddFirstEntry)
        {
            Parameters =
            {
                Of(entry.Account.Value),
                Of(entry.Sequence),
                Of(Stored.Micros(entry.At)),
                Of((int)entry.Kind),
                Of(entry.Amount.Millionths),
                Of(entry.Remainder.Millionths),
                Of(entry.AvailableAfter.Millionths),
                Of(entry.HeldAfter.Millionths),
                Of(entry.DebtAfter.Millionths),
                Of(entry.RequestHash),
                Of(entry.HoldId),
                OfText(slices),
                Of(Stored.Micros(entry.EndsAt)),
                OfText(entry.Model),
                Of(entry.Hash),
                Of(after.Sequence),
                Of(after.ChainHead),
                Of(grant.Id),
                Of(grant.Available.Millionths),
                Of(grant.Held.Millionths),
                Of(grant.Spent.Millionths),
                Of(grant.Expired.Millionths),
                Of(entry.At),
                Of(latest),
            },
        });

    private static NpgsqlParameter<T> Of<T>(T value) => new() { TypedValue = value };

    private static NpgsqlParameter<string> OfText(string? value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text };
}
