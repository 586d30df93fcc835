using AiCredits.EntityFramework.Schema;
using AiCredits.Events;
using AiCredits.Ledger;
using Npgsql;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>The second round trip of a batch, or its only one: writes what the kernel decided, and commits.</summary>
internal sealed partial class PostgreSqlSave(PostgreSqlStatements sql, LedgerBatch batch)
{
    private readonly List<AccountChanges> changes = batch.Changes;
    private bool everything;
    private bool ofOneRow;
    private bool firstEntryIsThere;
    private IReadOnlyList<GrantSlice>? lastSlices;
    private string? lastText;

    /// <summary>Prepares the statements of every second round trip, so that no batch waits for that.</summary>
    public static async ValueTask PrepareAsync(PostgreSqlSession session, PostgreSqlStatements sql, CancellationToken cancellationToken)
    {
        await using var command = session.NewBatch();
        var many = new PostgreSqlSave(sql, new LedgerBatch([])) { everything = true };
        many.Add(command);
        var one = new PostgreSqlSave(sql, new LedgerBatch([])) { everything = true, ofOneRow = true };
        one.Add(command);
        one.AddRemembered(command, []);
        command.BatchCommands.Add(new NpgsqlBatchCommand(PostgreSqlStatements.Commit));
        await session.PrepareAsync(command, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask WriteAsync(PostgreSqlSession session, CancellationToken cancellationToken)
    {
        await using var command = session.NewBatch();
        Add(command);
        command.BatchCommands.Add(new NpgsqlBatchCommand(PostgreSqlStatements.Commit));
        await session.PrepareAsync(command, cancellationToken).ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Add(NpgsqlBatch command)
    {
        UpdateAccounts(command);
        SaveGrants(command);
        AddRest(command);
    }

    private void AddRest(NpgsqlBatch command)
    {
        SaveHolds(command);
        AddEntries(command);
        SaveGenerations(command);
        AddRefusals(command);
        SetMembers(command);
        AddTransfers(command);
        AddEvents(command);
    }

    private void UpdateAccounts(NpgsqlBatch command) => Add(command, sql.UpdateAccounts, changes)?
        .Text(row => row.State.Account.Value)
        .Long(row => row.SequenceBefore)
        .Long(row => row.State.Issued.Millionths)
        .Long(row => row.State.Available.Millionths)
        .Long(row => row.State.Held.Millionths)
        .Long(row => row.State.Spent.Millionths)
        .Long(row => row.State.Expired.Millionths)
        .Long(row => row.State.Revoked.Millionths)
        .Long(row => row.State.Debt.Millionths)
        .Long(row => row.State.Sequence)
        .Long(row => Stored.Micros(row.State.LastAt))
        .LongOrNull(row => Stored.Micros(row.State.NextDue))
        .Flag(row => row.State.Frozen)
        .Flag(row => row.State.Welcomed)
        .Flag(row => row.State.Low)
        .Bytes(row => row.State.ChainHead)
        .Count();

    private void SaveGrants(NpgsqlBatch command)
    {
        List<(string Account, Grant Grant)> added = [];
        List<(string Account, Grant Grant)> changed = [];
        foreach (var account in changes)
        {
            foreach (var grant in account.Grants)
            {
                // A grant's id is the number of the entry that made it.
                (grant.Id > account.SequenceBefore ? added : changed).Add((account.State.Account.Value, grant));
            }
        }

        _ = Add(command, sql.AddGrants, added)?
            .Text(row => row.Account)
            .Long(row => row.Grant.Id)
            .Int(row => (int)row.Grant.Kind)
            .Long(row => row.Grant.Amount.Millionths)
            .Long(row => row.Grant.Available.Millionths)
            .Long(row => row.Grant.Held.Millionths)
            .Long(row => row.Grant.Spent.Millionths)
            .Long(row => row.Grant.Expired.Millionths)
            .Long(row => row.Grant.Revoked.Millionths)
            .Long(row => row.Grant.TakenBack.Millionths)
            .Int(row => row.Grant.Priority)
            .Long(row => Stored.Micros(row.Grant.GrantedAt))
            .LongOrNull(row => Stored.Micros(row.Grant.EffectiveAt))
            .LongOrNull(row => Stored.Micros(row.Grant.ExpiresAt))
            .Text(row => Stored.Models(row.Grant.Models))
            .Text(row => row.Grant.Reference)
            .Flag(row => row.Grant.Pending)
            .Flag(row => row.Grant.IsLive);
        Add(command, sql.UpdateGrants, changed)?
            .Text(row => row.Account)
            .Long(row => row.Grant.Id)
            .Long(row => row.Grant.Available.Millionths)
            .Long(row => row.Grant.Held.Millionths)
            .Long(row => row.Grant.Spent.Millionths)
            .Long(row => row.Grant.Expired.Millionths)
            .Long(row => row.Grant.Revoked.Millionths)
            .Long(row => row.Grant.TakenBack.Millionths)
            .Flag(row => row.Grant.Pending)
            .Flag(row => row.Grant.IsLive)
            .Count();
    }

    private void SaveHolds(NpgsqlBatch command)
    {
        List<(string Account, Hold Hold)> added = [];
        List<(string Account, Hold Hold)> changed = [];
        List<(string Account, Guid Id)> ended = [];
        foreach (var account in changes)
        {
            foreach (var hold in account.OpenHolds)
            {
                (hold.EntrySequence > account.SequenceBefore ? added : changed).Add((account.State.Account.Value, hold));
            }

            foreach (var id in account.EndedHolds)
            {
                ended.Add((account.State.Account.Value, id));
            }
        }

        _ = Add(command, sql.AddHolds, added)?
            .Text(row => row.Account)
            .Id(row => row.Hold.Id)
            .Long(row => row.Hold.Amount.Millionths)
            .Long(row => row.Hold.Captured.Millionths)
            .Text(row => SlicesOf(row.Hold.Slices) ?? "[]")
            .Long(row => Stored.Micros(row.Hold.ExpiresAt))
            .Int(row => (int)row.Hold.OnExpiry)
            .Long(row => row.Hold.RequestHash)
            .Long(row => row.Hold.EntrySequence)
            .Long(row => Stored.Micros(row.Hold.HeldAt))
            .Long(row => row.Hold.AvailableAfter.Millionths)
            .Long(row => row.Hold.HeldAfter.Millionths)
            .Text(row => row.Hold.Generation.Model)
            .Int(row => row.Hold.Generation.Count)
            .Long(row => row.Hold.Generation.Price.Millionths)
            .Text(row => row.Hold.Generation.PriceVersion)
            .Text(row => row.Hold.Generation.Prompt)
            .LongOrNull(row => Stored.Micros(row.Hold.Generation.PromptExpiresAt))
            .Text(row => row.Hold.Generation.Member);
        Add(command, sql.UpdateHolds, changed)?
            .Text(row => row.Account)
            .Id(row => row.Hold.Id)
            .Long(row => row.Hold.Amount.Millionths)
            .Long(row => row.Hold.Captured.Millionths)
            .Text(row => SlicesOf(row.Hold.Slices) ?? "[]")
            .Long(row => Stored.Micros(row.Hold.ExpiresAt))
            .Count();
        Add(command, sql.RemoveHolds, ended)?
            .Text(row => row.Account)
            .Id(row => row.Id)
            .Count();
    }

    private void AddRefusals(NpgsqlBatch command)
    {
        List<(string Account, Refusal Refusal)> refusals = [];
        foreach (var account in changes)
        {
            foreach (var refusal in account.Refusals)
            {
                refusals.Add((account.State.Account.Value, refusal));
            }
        }

        _ = Add(command, sql.AddRefusals, refusals)?
            .Text(row => row.Account)
            .Text(row => row.Refusal.Key)
            .Long(row => row.Refusal.RequestHash)
            .Long(row => Stored.Micros(row.Refusal.At))
            .Flag(row => row.Refusal.Frozen)
            .Long(row => row.Refusal.Required.Millionths)
            .Long(row => row.Refusal.Available.Millionths)
            .Long(row => row.Refusal.Held.Millionths)
            .IntOrNull(row => (int?)row.Refusal.Cap)
            .LongOrNull(row => Stored.Micros(row.Refusal.ResetsAt));
    }

    private void SetMembers(NpgsqlBatch command) => _ = Add(command, sql.SetMembers, changes.SelectMany(account => account.Members.Select(member => (Account: account.State.Account.Value, Member: member))).ToList())?
        .Text(row => row.Account)
        .Text(row => row.Member.Id)
        .LongOrNull(row => row.Member.DailyCap?.Millionths)
        .LongOrNull(row => row.Member.MonthlyCap?.Millionths)
        .LongOrNull(row => Stored.Micros(row.Member.CycleAnchor))
        .Flag(row => row.Member.Removed)
        .Long(row => row.Member.UsedInDay.Millionths)
        .Long(row => row.Member.DayFrom)
        .Long(row => Stored.Micros(row.Member.DayEndsAt))
        .Long(row => row.Member.UsedInMonth.Millionths)
        .Long(row => row.Member.MonthFrom)
        .Long(row => Stored.Micros(row.Member.MonthEndsAt));

    private void AddTransfers(NpgsqlBatch command) => _ = Add(command, sql.AddTransfers, changes.SelectMany(account => account.Transfers).ToList())?
        .Text(row => row.From.Value)
        .Id(row => row.Id)
        .Text(row => row.To.Value)
        .Long(row => Stored.Micros(row.SentAt))
        .Text(row => TransferRow.Write(row.Parts));

    private void AddEvents(NpgsqlBatch command)
    {
        List<CreditEvent> events = [];
        foreach (var account in changes)
        {
            events.AddRange(account.Events);
        }

        _ = Add(command, sql.AddEvents, events)?
            .Text(row => row.Account.Value)
            .Long(row => row.Sequence)
            .Text(row => row.Name)
            .Long(row => Stored.Micros(row.At))
            .Int(_ => 0)
            .Text(CreditEventJson.Write);
    }

    // The kernel shares slices between the entries of a batch.
    private string? SlicesOf(IReadOnlyList<GrantSlice> slices)
    {
        if (!ReferenceEquals(slices, lastSlices))
        {
            lastSlices = slices;
            lastText = Stored.Slices(slices);
        }

        return lastText;
    }

    // Null when there is no row, so that the statement is not even sent.
    private RowColumns<TRow>? Add<TRow>(NpgsqlBatch command, RowStatement statement, List<TRow> rows) =>
        everything ? RowColumns<TRow>.AddToPrepare(command, statement, ofOneRow)
        : rows.Count == 0 ? null
        : RowColumns<TRow>.Add(command, statement, rows);
}
