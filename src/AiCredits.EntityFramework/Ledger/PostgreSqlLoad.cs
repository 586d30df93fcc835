using AiCredits.Ledger;
using Npgsql;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>The first round trip of a batch: locks its accounts and reads what the commands need.</summary>
internal sealed class PostgreSqlLoad(PostgreSqlStatements sql, LedgerBatch batch)
{
    /// <summary>
    /// Begins the transaction, loads, and returns the database's time (read after the locks). One round trip, or two when an
    /// account is new.
    /// </summary>
    public async ValueTask<DateTime> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await ReadAsync(connection, addAccounts: false, cancellationToken).ConfigureAwait(false)
        ?? await ReadAsync(connection, addAccounts: true, cancellationToken).ConfigureAwait(false)
        ?? throw new LedgerInvariantException("Account rows that were just added are gone.");

    // Null when an account has no row yet. Then the locks must go before its row is added, or two batches could each hold
    // what the other waits for.
    private async ValueTask<DateTime?> ReadAsync(NpgsqlConnection connection, bool addAccounts, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlBatch(connection);
        var accounts = batch.Accounts.ConvertAll(account => account.Account.Value);
        if (addAccounts)
        {
            Add(command, PostgreSqlStatements.Rollback);
        }

        Add(command, PostgreSqlStatements.Begin);
        Add(command, PostgreSqlStatements.Settings);
        if (addAccounts)
        {
            Add(command, sql.AddAccounts, accounts);
        }

        Add(command, sql.LockAccounts, accounts);
        Add(command, PostgreSqlStatements.Clock);
        Add(command, sql.LiveGrants, accounts);
        Add(command, sql.HoldsOfDueAccounts, accounts);
        AddAsked(command, sql.Grants, batch.Grants);
        AddAsked(command, sql.Holds, batch.Holds);
        AddAsked(command, sql.Generations, batch.Holds);
        AddAsked(command, sql.Entries, batch.Keys);
        AddAsked(command, sql.GenerationsOfEntries, batch.Keys);
        AddAsked(command, sql.Refusals, batch.Keys);

        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false); // past the settings
        var locked = 0;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var account = batch[reader.GetString(0)];
            account.State = LedgerRows.ReadAccount(reader, account.Account, 1);
            locked++;
        }

        if (locked != accounts.Count)
        {
            return null;
        }

        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var now = UtcMicroseconds.ToDateTime(reader.GetInt64(0));
        await ReadAllAsync(reader, batch.Accounts, static account => account, static (row, account) => account.Loaded(LedgerRows.ReadGrant(row, 1)), cancellationToken).ConfigureAwait(false);
        await ReadAllAsync(reader, batch.Accounts, static account => account, static (row, account) => account.Loaded(LedgerRows.ReadHold(row, 1)), cancellationToken).ConfigureAwait(false);
        await ReadAskedAsync(reader, batch.Grants, static (row, account) => account.Loaded(LedgerRows.ReadGrant(row, 1)), cancellationToken).ConfigureAwait(false);
        await ReadAskedAsync(reader, batch.Holds, static (row, account) => account.Loaded(LedgerRows.ReadHold(row, 1)), cancellationToken).ConfigureAwait(false);
        await ReadAskedAsync(reader, batch.Holds, static (row, account) => account.Loaded(LedgerRows.ReadGeneration(row, account.Account, 1)), cancellationToken).ConfigureAwait(false);
        await ReadAskedAsync(reader, batch.Keys, static (row, account) => account.Loaded(LedgerRows.ReadEntry(row, account.Account, 1)), cancellationToken).ConfigureAwait(false);
        await ReadAskedAsync(reader, batch.Keys, static (row, account) => account.Loaded(LedgerRows.ReadGeneration(row, account.Account, 1)), cancellationToken).ConfigureAwait(false);
        await ReadAskedAsync(reader, batch.Keys, static (row, account) => account.Loaded(LedgerRows.ReadRefusal(row, 1)), cancellationToken).ConfigureAwait(false);
        return now;
    }

    /// <summary>A few more round trips for refunds, which are rare: the captures to give back, and their grants.</summary>
    public async ValueTask ReadCapturesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var grants = new List<(BatchAccount Account, long Id)>();
        while (AskedCaptures() is { Count: > 0 } asked)
        {
            await using var command = new NpgsqlBatch(connection);
            var statement = Add(command, sql.Captures, asked.ConvertAll(one => one.Account.Account.Value));
            statement.Parameters.Add(new NpgsqlParameter<List<Guid>> { TypedValue = asked.ConvertAll(one => one.HoldId) });
            statement.Parameters.Add(new NpgsqlParameter<List<long>> { TypedValue = asked.ConvertAll(one => one.First) });
            statement.Parameters.Add(new NpgsqlParameter<List<long>> { TypedValue = asked.ConvertAll(one => one.Last) });
            var found = asked.ConvertAll(_ => new List<Entry>());
            await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    var position = (int)reader.GetInt64(0) - 1;
                    found[position].Add(LedgerRows.ReadEntry(reader, asked[position].Account.Account, 1));
                }
            }

            for (var index = 0; index < asked.Count; index++)
            {
                var (account, holdId, first, _) = asked[index];
                account.LoadedCaptures(holdId, first, found[index]);
                grants.AddRange(found[index].SelectMany(capture => capture.Slices).Where(slice => !account.IsLoaded(slice.GrantId)).Select(slice => (account, slice.GrantId)));
            }
        }

        if (grants.Count > 0)
        {
            await using var command = new NpgsqlBatch(connection);
            AddAsked(command, sql.Grants, grants);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                grants[(int)reader.GetInt64(0) - 1].Account.Loaded(LedgerRows.ReadGrant(reader, 1));
            }
        }
    }

    private List<(BatchAccount Account, Guid HoldId, long First, long Last)> AskedCaptures()
    {
        var asked = new List<(BatchAccount Account, Guid HoldId, long First, long Last)>();
        foreach (var account in batch.Accounts)
        {
            foreach (var refund in account.Refunds)
            {
                if (account.NextCaptureRange(refund.HoldId) is { } range)
                {
                    asked.Add((account, refund.HoldId, range.First, range.Last));
                }
            }
        }

        return asked;
    }

    private static void AddAsked<TId>(NpgsqlBatch command, string text, List<(BatchAccount Account, TId Id)> asked)
    {
        if (asked.Count > 0)
        {
            Add(command, text, asked.ConvertAll(one => one.Account.Account.Value))
                .Parameters.Add(new NpgsqlParameter<List<TId>> { TypedValue = asked.ConvertAll(one => one.Id) });
        }
    }

    private static NpgsqlBatchCommand Add(NpgsqlBatch command, string text, List<string>? accounts = null)
    {
        var statement = new NpgsqlBatchCommand(text);
        if (accounts is not null)
        {
            statement.Parameters.Add(new NpgsqlParameter<List<string>> { TypedValue = accounts });
        }

        command.BatchCommands.Add(statement);
        return statement;
    }

    private static async ValueTask ReadAskedAsync<TId>(NpgsqlDataReader reader, List<(BatchAccount Account, TId Id)> asked, Action<NpgsqlDataReader, BatchAccount> take, CancellationToken cancellationToken)
    {
        if (asked.Count > 0)
        {
            await ReadAllAsync(reader, asked, static one => one.Account, take, cancellationToken).ConfigureAwait(false);
        }
    }

    // The first column is the position, from 1, of what was asked for.
    private static async ValueTask ReadAllAsync<TAsked>(NpgsqlDataReader reader, List<TAsked> asked, Func<TAsked, BatchAccount> accountOf, Action<NpgsqlDataReader, BatchAccount> take, CancellationToken cancellationToken)
    {
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            take(reader, accountOf(asked[(int)reader.GetInt64(0) - 1]));
        }
    }
}
