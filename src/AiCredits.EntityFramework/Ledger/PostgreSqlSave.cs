using AiCredits.EntityFramework.Schema;
using AiCredits.Events;
using AiCredits.Ledger;
using Npgsql;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>The second round trip of a batch: writes what the kernel decided, and commits.</summary>
internal sealed class PostgreSqlSave(PostgreSqlStatements sql, LedgerBatch batch, List<AccountChanges> changes)
{
    public async ValueTask WriteAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlBatch(connection);
        UpdateAccounts(command);
        SaveGrants(command);
        SaveHolds(command);
        AddEntries(command);
        SaveGenerations(command);
        AddRefusals(command);
        AddEvents(command);
        command.BatchCommands.Add(new NpgsqlBatchCommand(PostgreSqlStatements.Commit));
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
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
            .Text(row => Stored.Slices(row.Hold.Slices) ?? "[]")
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
            .LongOrNull(row => Stored.Micros(row.Hold.Generation.PromptExpiresAt));
        Add(command, sql.UpdateHolds, changed)?
            .Text(row => row.Account)
            .Id(row => row.Hold.Id)
            .Long(row => row.Hold.Amount.Millionths)
            .Long(row => row.Hold.Captured.Millionths)
            .Text(row => Stored.Slices(row.Hold.Slices) ?? "[]")
            .Long(row => Stored.Micros(row.Hold.ExpiresAt))
            .Count();
        Add(command, sql.RemoveHolds, ended)?
            .Text(row => row.Account)
            .Id(row => row.Id)
            .Count();
    }

    private void AddEntries(NpgsqlBatch command)
    {
        List<Entry> entries = [];
        foreach (var account in changes)
        {
            entries.AddRange(account.Entries);
        }

        _ = Add(command, sql.AddEntries, entries)?
            .Text(row => row.Account.Value)
            .Long(row => row.Sequence)
            .Long(row => Stored.Micros(row.At))
            .Int(row => (int)row.Kind)
            .Long(row => row.Amount.Millionths)
            .Long(row => row.Remainder.Millionths)
            .Long(row => row.AvailableAfter.Millionths)
            .Long(row => row.HeldAfter.Millionths)
            .Long(row => row.DebtAfter.Millionths)
            .Text(row => row.Key)
            .Long(row => row.RequestHash)
            .IdOrNull(row => row.HoldId)
            .LongOrNull(row => row.GrantId)
            .IntOrNull(row => (int?)row.GrantKind)
            .Text(row => Stored.Slices(row.Slices))
            .LongOrNull(row => Stored.Micros(row.EndsAt))
            .Text(row => row.Model)
            .Text(row => row.Description)
            .Text(row => row.Actor)
            .Text(row => row.Reference)
            .Bytes(row => row.Hash);
    }

    private void SaveGenerations(NpgsqlBatch command)
    {
        List<Generation> added = [];
        List<Generation> changed = [];
        foreach (var account in changes)
        {
            foreach (var generation in account.Generations)
            {
                (batch[account.State.Account.Value].IsFinished(generation.Id) ? changed : added).Add(generation);
            }
        }

        _ = Add(command, sql.AddGenerations, added)?
            .Text(row => row.Account!.Value.Value)
            .Id(row => row.Id)
            .Int(row => (int)row.Status)
            .IntOrNull(row => (int?)row.Outcome)
            .Text(row => row.Start.Model)
            .Int(row => row.Start.Count)
            .Long(row => row.Start.Price.Millionths)
            .Text(row => row.Start.PriceVersion)
            .Text(row => row.Start.Prompt)
            .LongOrNull(row => Stored.Micros(row.Start.PromptExpiresAt))
            .Long(row => row.Charged.Millionths)
            .Long(row => row.Released.Millionths)
            .Long(row => Stored.Micros(row.StartedAt))
            .LongOrNull(row => Stored.Micros(row.EndedAt))
            .Text(row => row.Error)
            .Text(row => row.ProviderRequestId)
            .LongOrNull(row => row.ProviderCostMillionths)
            .Text(row => row.ProviderCurrency)
            .Long(row => row.FirstEntry)
            .Long(row => row.LastEntry)
            .Long(row => row.RequestHash)
            .Long(row => row.AvailableAfter.Millionths)
            .Long(row => row.HeldAfter.Millionths);
        Add(command, sql.UpdateGenerations, changed)?
            .Text(row => row.Account!.Value.Value)
            .Id(row => row.Id)
            .Int(row => (int)row.Status)
            .IntOrNull(row => (int?)row.Outcome)
            .Long(row => row.Charged.Millionths)
            .Long(row => row.Released.Millionths)
            .LongOrNull(row => Stored.Micros(row.EndedAt))
            .Text(row => row.Error)
            .Text(row => row.ProviderRequestId)
            .LongOrNull(row => row.ProviderCostMillionths)
            .Text(row => row.ProviderCurrency)
            .Long(row => row.LastEntry)
            .Long(row => row.AvailableAfter.Millionths)
            .Long(row => row.HeldAfter.Millionths)
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
            .Long(row => row.Refusal.Held.Millionths);
    }

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

    // Null when there is no row, so that the statement is not even sent.
    private static UnnestColumns<TRow>? Add<TRow>(NpgsqlBatch command, string text, List<TRow> rows)
    {
        if (rows.Count == 0)
        {
            return null;
        }

        var statement = new NpgsqlBatchCommand(text);
        command.BatchCommands.Add(statement);
        return new UnnestColumns<TRow>(statement, rows);
    }
}
