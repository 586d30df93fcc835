using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using Npgsql;

namespace AiCredits.EntityFramework.Ledger;

/// <content>Entries and generations.</content>
internal sealed partial class PostgreSqlSave
{
    private void AddEntries(NpgsqlBatch command)
    {
        List<Entry> entries = [];
        foreach (var account in changes)
        {
            entries.AddRange(account.Entries);
        }

        if (firstEntryIsThere)
        {
            entries.RemoveAt(0);
        }

        if (entries.TrueForAll(IsPlain))
        {
            if (Add(command, sql.AddPlainEntries, entries) is { } columns)
            {
                PlainColumns(columns);
            }

            if (!everything)
            {
                return;
            }
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
            .Text(row => SlicesOf(row.Slices))
            .LongOrNull(row => Stored.Micros(row.EndsAt))
            .Text(row => row.Model)
            .Text(row => row.Description)
            .Text(row => row.Actor)
            .Text(row => row.Reference)
            .Bytes(row => row.Hash);
    }

    private static bool IsPlain(Entry entry) => entry is { Key: null, GrantId: null, GrantKind: null, Description: null, Actor: null, Reference: null };

    private RowColumns<Entry> PlainColumns(RowColumns<Entry> columns) => columns
        .Text(row => row.Account.Value)
        .Long(row => row.Sequence)
        .Long(row => Stored.Micros(row.At))
        .Int(row => (int)row.Kind)
        .Long(row => row.Amount.Millionths)
        .Long(row => row.Remainder.Millionths)
        .Long(row => row.AvailableAfter.Millionths)
        .Long(row => row.HeldAfter.Millionths)
        .Long(row => row.DebtAfter.Millionths)
        .Long(row => row.RequestHash)
        .IdOrNull(row => row.HoldId)
        .Text(row => SlicesOf(row.Slices))
        .LongOrNull(row => Stored.Micros(row.EndsAt))
        .Text(row => row.Model)
        .Bytes(row => row.Hash);

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

        var plain = added.TrueForAll(static row => row is { Start.Prompt: null, Start.PromptExpiresAt: null, Start.Member: null, Error: null, ProviderRequestId: null, ProviderCostMillionths: null, ProviderCurrency: null });
        _ = (plain ? Add(command, sql.AddPlainGenerations, added) : null)?
            .Text(row => row.Account!.Value.Value)
            .Id(row => row.Id)
            .Int(row => (int)row.Status)
            .IntOrNull(row => (int?)row.Outcome)
            .Text(row => row.Start.Model)
            .Int(row => row.Start.Count)
            .Long(row => row.Start.Price.Millionths)
            .Text(row => row.Start.PriceVersion)
            .Long(row => row.Charged.Millionths)
            .Long(row => row.Released.Millionths)
            .Long(row => Stored.Micros(row.StartedAt))
            .LongOrNull(row => Stored.Micros(row.EndedAt))
            .Long(row => row.FirstEntry)
            .Long(row => row.LastEntry)
            .Long(row => row.RequestHash)
            .Long(row => row.AvailableAfter.Millionths)
            .Long(row => row.HeldAfter.Millionths);
        _ = (plain && !everything ? null : Add(command, sql.AddGenerations, added))?
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
            .Long(row => row.HeldAfter.Millionths)
            .Text(row => row.Start.Member);
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
}
