using AiCredits.Ledger;
using Npgsql;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>The first round trip of a batch: locks its accounts and reads what the commands need.</summary>
internal sealed class PostgreSqlLoad(PostgreSqlStatements sql, LedgerBatch batch)
{
    /// <summary>Prepares the statements of a usual first round trip, so that no batch waits for that.</summary>
    public static async ValueTask PrepareAsync(PostgreSqlSession session, PostgreSqlStatements sql, CancellationToken cancellationToken)
    {
        await using var command = session.NewBatch();
        Add(command, PostgreSqlStatements.Begin);
        foreach (var one in (bool[])[false, true])
        {
            Accounts(RowColumns<BatchAccount>.AddToPrepare(command, sql.LockAccounts, one));
            Prepare<int>(sql.GrantsInOrder);
            Prepare<long>(sql.Grants);
            Prepare<Guid>(sql.Holds);
            Prepare<Guid>(sql.Generations);
            Prepare<string>(sql.Entries);
            Prepare<string>(sql.GenerationsOfEntries);
            Prepare<string>(sql.Refusals);

            void Prepare<TId>(RowStatement statement) => Asked(RowColumns<(BatchAccount Account, TId Id)>.AddToPrepare(command, statement, one));
        }

        await session.PrepareAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Begins the transaction, loads, and returns the database's time (read after the locks). One round trip, or two when an
    /// account is new or something has ended by itself; one more for members of shared accounts, a few more for refunds.
    /// </summary>
    public async ValueTask<DateTime> ReadAsync(PostgreSqlSession session, CancellationToken cancellationToken)
    {
        var now = await ReadAsync(session, addAccounts: false, cancellationToken).ConfigureAwait(false)
            ?? await ReadAsync(session, addAccounts: true, cancellationToken).ConfigureAwait(false)
            ?? throw new LedgerInvariantException("Account rows that were just added are gone.");
        await ReadDueAsync(session, now, cancellationToken).ConfigureAwait(false);
        await ReadMembersAsync(session, cancellationToken).ConfigureAwait(false);
        if (batch.HasRefunds)
        {
            await ReadCapturesAsync(session, cancellationToken).ConfigureAwait(false);
        }

        return now;
    }

    /// <summary>Another round trip for accounts with very many grants, where the first ones were too few.</summary>
    public async ValueTask ReadMoreAsync(PostgreSqlSession session, CancellationToken cancellationToken)
    {
        var some = batch.Undecided.FindAll(account => account.MoreGrantsToLoad is not null);
        var all = batch.Undecided.FindAll(account => account.MoreGrantsToLoad is null);
        var held = some.SelectMany(account => account.GrantsOfHolds.Select(id => (account, id))).ToList();
        await using var command = session.NewBatch();
        AddAsked(command, sql.MoreGrants, some.ConvertAll(account => (account, account.MoreGrantsToLoad!.Value)));
        AddAsked(command, sql.Grants, held);
        AddAsked(command, sql.GrantsInOrder, all.ConvertAll(account => (account, int.MaxValue)));
        await session.PrepareAsync(command, cancellationToken).ConfigureAwait(false);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var results = new Results(reader);
        if (some.Count > 0)
        {
            var found = await ReadGrantsAsync(results, some, cancellationToken).ConfigureAwait(false);
            some.ForEach(account => account.LoadedMore(found[account]));
        }

        await ReadAskedAsync(results, held, static (row, account) => account.Loaded(LedgerRows.ReadGrant(row, 1)), cancellationToken).ConfigureAwait(false);
        if (all.Count > 0)
        {
            var found = await ReadGrantsAsync(results, all, cancellationToken).ConfigureAwait(false);
            all.ForEach(account => account.LoadedInOrder(found[account], int.MaxValue));
        }
    }

    // Null when an account has no row yet. Then the locks must go before its row is added, or two batches could each hold
    // what the other waits for.
    private async ValueTask<DateTime?> ReadAsync(PostgreSqlSession session, bool addAccounts, CancellationToken cancellationToken)
    {
        await using var command = session.NewBatch();
        if (addAccounts)
        {
            Add(command, PostgreSqlStatements.Rollback);
        }

        Add(command, PostgreSqlStatements.Begin);
        if (!session.IsDirect)
        {
            Add(command, PostgreSqlStatements.Settings);
        }

        if (addAccounts)
        {
            Accounts(RowColumns<BatchAccount>.Add(command, sql.AddAccounts, batch.Accounts));
        }

        Accounts(RowColumns<BatchAccount>.Add(command, sql.LockAccounts, batch.Accounts));
        AddAsked(command, sql.GrantsInOrder, batch.Accounts.ConvertAll(account => (account, account.GrantsToLoad)));
        AddAsked(command, sql.Grants, batch.Grants);
        AddAsked(command, sql.Holds, batch.Holds);
        AddAsked(command, sql.Generations, batch.Holds);
        AddAsked(command, sql.Entries, batch.Keys);
        AddAsked(command, sql.GenerationsOfEntries, batch.Keys);
        AddAsked(command, sql.Refusals, batch.Keys);
        await session.PrepareAsync(command, cancellationToken).ConfigureAwait(false);

        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!session.IsDirect)
        {
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false); // past the settings
        }

        var locked = 0;
        var now = 0L;
        var clock = reader.FieldCount - 1;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var account = batch[reader.GetString(0)];
            account.State = LedgerRows.ReadAccount(reader, account.Account, 1);
            now = Math.Max(now, reader.GetInt64(clock));
            locked++;
        }

        if (locked != batch.Accounts.Count)
        {
            return null;
        }

        session.Memory?.Saw(UtcMicroseconds.ToDateTime(now));
        var results = new Results(reader) { IsAtFirst = false };
        await ReadFirstGrantsAsync(results, cancellationToken).ConfigureAwait(false);
        await ReadAskedAsync(results, batch.Grants, static (row, account) => account.Loaded(LedgerRows.ReadGrant(row, 1)), cancellationToken).ConfigureAwait(false);
        await ReadAskedAsync(results, batch.Holds, static (row, account) => account.Loaded(LedgerRows.ReadHold(row, 1)), cancellationToken).ConfigureAwait(false);
        await ReadAskedAsync(results, batch.Holds, static (row, account) => account.Loaded(LedgerRows.ReadGeneration(row, account.Account, 1)), cancellationToken).ConfigureAwait(false);
        await ReadAskedAsync(results, batch.Keys, static (row, account) => account.Loaded(LedgerRows.ReadEntry(row, account.Account, 1)), cancellationToken).ConfigureAwait(false);
        await ReadAskedAsync(results, batch.Keys, static (row, account) => account.Loaded(LedgerRows.ReadGeneration(row, account.Account, 1)), cancellationToken).ConfigureAwait(false);
        await ReadAskedAsync(results, batch.Keys, static (row, account) => account.Loaded(LedgerRows.ReadRefusal(row, 1)), cancellationToken).ConfigureAwait(false);
        return UtcMicroseconds.ToDateTime(now);
    }

    // Where something has ended by itself, everything open must be there.
    private async ValueTask ReadDueAsync(PostgreSqlSession session, DateTime now, CancellationToken cancellationToken)
    {
        var due = batch.Accounts.FindAll(account => account.IsDue(now));
        if (due.Count == 0)
        {
            return;
        }

        var lacking = due.FindAll(account => account.LacksGrants);
        await using var command = session.NewBatch();
        Accounts(RowColumns<BatchAccount>.Add(command, sql.AllHolds, due));
        AddAsked(command, sql.GrantsInOrder, lacking.ConvertAll(account => (account, int.MaxValue)));
        await session.PrepareAsync(command, cancellationToken).ConfigureAwait(false);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var results = new Results(reader);
        await ReadAllAsync(results, due, static account => account, static (row, account) => account.Loaded(LedgerRows.ReadHold(row, 1)), cancellationToken).ConfigureAwait(false);
        if (lacking.Count > 0)
        {
            var found = await ReadGrantsAsync(results, lacking, cancellationToken).ConfigureAwait(false);
            lacking.ForEach(account => account.LoadedInOrder(found[account], int.MaxValue));
        }
    }

    // The rows of an account come together, in burn order.
    private async ValueTask ReadFirstGrantsAsync(Results results, CancellationToken cancellationToken)
    {
        var reader = await results.NextAsync(cancellationToken).ConfigureAwait(false);
        List<Grant> found = [];
        var position = -1;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var next = (int)reader.GetInt64(0) - 1;
            if (next != position)
            {
                Take();
                position = next;
            }

            found.Add(LedgerRows.ReadGrant(reader, 1));
        }

        Take();

        void Take()
        {
            if (found.Count > 0)
            {
                var account = batch.Accounts[position];
                account.LoadedInOrder(found, account.GrantsToLoad);
                found.Clear();
            }
        }
    }

    private static async ValueTask<Dictionary<BatchAccount, List<Grant>>> ReadGrantsAsync(Results results, List<BatchAccount> accounts, CancellationToken cancellationToken)
    {
        var reader = await results.NextAsync(cancellationToken).ConfigureAwait(false);
        var found = accounts.ToDictionary(account => account, _ => new List<Grant>());
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found[accounts[(int)reader.GetInt64(0) - 1]].Add(LedgerRows.ReadGrant(reader, 1));
        }

        return found;
    }

    /// <summary>A few more round trips for refunds, which are rare: the captures to give back, and their grants.</summary>
    private async ValueTask ReadCapturesAsync(PostgreSqlSession session, CancellationToken cancellationToken)
    {
        var grants = new List<(BatchAccount Account, long Id)>();
        while (AskedCaptures() is { Count: > 0 } asked)
        {
            await using var command = session.NewBatch();
            RowColumns<(BatchAccount Account, Guid HoldId, long First, long Last)>.Add(command, sql.Captures, asked)
                .Text(one => one.Account.Account.Value)
                .Id(one => one.HoldId)
                .Long(one => one.First)
                .Long(one => one.Last);
            await session.PrepareAsync(command, cancellationToken).ConfigureAwait(false);
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
            await using var command = session.NewBatch();
            AddAsked(command, sql.Grants, grants);
            await session.PrepareAsync(command, cancellationToken).ConfigureAwait(false);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                grants[(int)reader.GetInt64(0) - 1].Account.Loaded(LedgerRows.ReadGrant(reader, 1));
            }
        }
    }

    /// <summary>One round trip more for batches that concern members of shared accounts, once their holds and generations are known.</summary>
    private async ValueTask ReadMembersAsync(PostgreSqlSession session, CancellationToken cancellationToken)
    {
        List<(BatchAccount Account, string Id)> asked = [.. batch.Accounts.SelectMany(account => account.NamedMembers().Select(id => (account, id)))];
        if (asked.Count == 0)
        {
            return;
        }

        await using var command = session.NewBatch();
        AddAsked(command, sql.Members, asked);
        await session.PrepareAsync(command, cancellationToken).ConfigureAwait(false);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            asked[(int)reader.GetInt64(0) - 1].Account.Loaded(LedgerRows.ReadMember(reader, 1));
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

    private static void AddAsked<TId>(NpgsqlBatch command, RowStatement statement, List<(BatchAccount Account, TId Id)> asked)
    {
        if (asked.Count > 0)
        {
            Asked(RowColumns<(BatchAccount Account, TId Id)>.Add(command, statement, asked));
        }
    }

    private static void Asked<TId>(RowColumns<(BatchAccount Account, TId Id)> columns) => columns.Text(static one => one.Account.Account.Value).Value(static one => one.Id);

    private static void Accounts(RowColumns<BatchAccount> columns) => columns.Text(static account => account.Account.Value);

    private static void Add(NpgsqlBatch command, string text) => command.BatchCommands.Add(new NpgsqlBatchCommand(text));

    private static async ValueTask ReadAskedAsync<TId>(Results results, List<(BatchAccount Account, TId Id)> asked, Action<NpgsqlDataReader, BatchAccount> take, CancellationToken cancellationToken)
    {
        if (asked.Count > 0)
        {
            await ReadAllAsync(results, asked, static one => one.Account, take, cancellationToken).ConfigureAwait(false);
        }
    }

    // The first column is the position, from 1, of what was asked for.
    private static async ValueTask ReadAllAsync<TAsked>(Results results, List<TAsked> asked, Func<TAsked, BatchAccount> accountOf, Action<NpgsqlDataReader, BatchAccount> take, CancellationToken cancellationToken)
    {
        var reader = await results.NextAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            take(reader, accountOf(asked[(int)reader.GetInt64(0) - 1]));
        }
    }

    /// <summary>Goes from one result to the next; a reader starts at the first.</summary>
    private sealed class Results(NpgsqlDataReader reader)
    {
        public bool IsAtFirst { get; set; } = true;

        public async ValueTask<NpgsqlDataReader> NextAsync(CancellationToken cancellationToken)
        {
            if (!IsAtFirst)
            {
                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            }

            IsAtFirst = false;
            return reader;
        }
    }
}
