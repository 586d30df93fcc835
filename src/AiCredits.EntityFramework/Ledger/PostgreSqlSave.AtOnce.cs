using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using Npgsql;

namespace AiCredits.EntityFramework.Ledger;

/// <content>A lone hold or settlement on an account that is remembered: everything in one round trip.</content>
internal sealed partial class PostgreSqlSave
{
    // How far the time of an entry may be behind the database's when it is written: the way there, a wait for the lock.
    private static readonly TimeSpan AtOnceWithin = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Writes what was decided on an account as it is remembered; or the server reports an error, and nothing is written: it
    /// makes one transaction of what travels together. False, with nothing sent, when it is not what the statements for a
    /// remembered account can write.
    /// </summary>
    /// <param name="session">A session straight to the server.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<bool> TryWriteAtOnceAsync(PostgreSqlSession session, CancellationToken cancellationToken)
    {
        if (FindRemembered(batch.Accounts[0]) is not { } remembered)
        {
            return false;
        }

        await using var command = session.NewBatch();
        AddRemembered(command, [remembered]);
        firstEntryIsThere = true;
        AddRest(command);
        await session.PrepareAsync(command, cancellationToken).ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static Remembered? FindRemembered(BatchAccount account)
    {
        var before = account.State!;
        if (account.Changes is not { Entries: [var first, ..], Grants: [var grant], State: var after } || !IsPlain(first) || Others(after) != Others(before)
            || account.FindLoaded(grant.Id) is not { Pending: false } grantBefore || Others(grant) != Others(grantBefore))
        {
            return null;
        }

        var latest = first.At + AtOnceWithin;
        return new Remembered(before, after, grantBefore, grant, first, before.NextDue is { } due && due <= latest ? due.AddMicroseconds(-1) : latest);
    }

    // What the statements leave as it is.
    private static (Credits Issued, Credits Revoked, Credits Debt, bool Frozen, bool Welcomed) Others(AccountState state) =>
        (state.Issued, state.Revoked, state.Debt, state.Frozen, state.Welcomed);

    private static (Credits Revoked, Credits TakenBack, bool Pending) Others(Grant grant) => (grant.Revoked, grant.TakenBack, grant.Pending);

    // Without a row, to be prepared.
    private void AddRemembered(NpgsqlBatch command, List<Remembered> row)
    {
        _ = RowColumns<Remembered>.AddOne(command, sql.UpdateRemembered, row)
            .Text(it => it.Before.Account.Value)
            .Long(it => it.After.Available.Millionths)
            .Long(it => it.After.Held.Millionths)
            .Long(it => it.After.Spent.Millionths)
            .Long(it => it.After.Expired.Millionths)
            .Long(it => it.After.Sequence)
            .Long(it => Stored.Micros(it.After.LastAt))
            .LongOrNull(it => Stored.Micros(it.After.NextDue))
            .Flag(it => it.After.Low)
            .Bytes(it => it.After.ChainHead)
            .Long(it => it.Before.Issued.Millionths)
            .Long(it => it.Before.Available.Millionths)
            .Long(it => it.Before.Held.Millionths)
            .Long(it => it.Before.Spent.Millionths)
            .Long(it => it.Before.Expired.Millionths)
            .Long(it => it.Before.Revoked.Millionths)
            .Long(it => it.Before.Debt.Millionths)
            .Long(it => it.Before.Sequence)
            .Long(it => Stored.Micros(it.Before.LastAt))
            .LongOrNull(it => Stored.Micros(it.Before.NextDue))
            .Flag(it => it.Before.Low)
            .Bytes(it => it.Before.ChainHead)
            .Flag(it => it.Before.Frozen);
        _ = RowColumns<Remembered>.AddOne(command, sql.UpdateRememberedGrant, row)
            .Text(it => it.Before.Account.Value)
            .Long(it => it.GrantAfter.Id)
            .Long(it => it.GrantAfter.Available.Millionths)
            .Long(it => it.GrantAfter.Held.Millionths)
            .Long(it => it.GrantAfter.Spent.Millionths)
            .Long(it => it.GrantAfter.Expired.Millionths)
            .Flag(it => it.GrantAfter.IsLive)
            .Long(it => it.GrantBefore.Available.Millionths)
            .Long(it => it.GrantBefore.Held.Millionths)
            .Long(it => it.GrantBefore.Spent.Millionths)
            .Long(it => it.GrantBefore.Expired.Millionths);
        _ = PlainColumns(RowColumns<Entry>.AddOne(command, sql.AddFirstEntry, row.ConvertAll(static it => it.First)))
            .Long(_ => row[0].After.Sequence)
            .Bytes(_ => row[0].After.ChainHead)
            .Long(_ => row[0].GrantAfter.Id)
            .Long(_ => row[0].GrantAfter.Available.Millionths)
            .Long(_ => row[0].GrantAfter.Held.Millionths)
            .Long(_ => row[0].GrantAfter.Spent.Millionths)
            .Long(_ => row[0].GrantAfter.Expired.Millionths)
            .Time(first => first.At)
            .Time(_ => row[0].Latest);
    }

    private sealed record Remembered(AccountState Before, AccountState After, Grant GrantBefore, Grant GrantAfter, Entry First, DateTime Latest);
}
