using AiCredits.EntityFramework.Schema;
using AiCredits.Events;
using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Ledger;

/// <content>Writes what the kernel decided.</content>
internal sealed partial class SqliteSession
{
    public void Save(BatchAccount account, AccountChanges changes)
    {
        SaveAccount(changes);
        var name = changes.State.Account.Value;
        foreach (var grant in changes.Grants)
        {
            // A grant's id is the number of the entry that made it.
            SaveGrant(name, grant, isNew: grant.Id > changes.SequenceBefore);
        }

        foreach (var hold in changes.OpenHolds)
        {
            SaveHold(name, hold, isNew: hold.EntrySequence > changes.SequenceBefore);
        }

        foreach (var id in changes.EndedHolds)
        {
            Expect(removeHold.Bind(name).Bind(id).Run(), TableNames.Hold);
        }

        foreach (var entry in changes.Entries)
        {
            AddEntry(name, entry);
        }

        foreach (var generation in changes.Generations)
        {
            SaveGeneration(name, generation, isNew: !account.IsFinished(generation.Id));
        }

        foreach (var refusal in changes.Refusals)
        {
            addRefusal.Bind(name).Bind(refusal.Key).Bind(refusal.RequestHash).Bind(Stored.Micros(refusal.At)).Bind(refusal.Frozen)
                .Bind(refusal.Required.Millionths).Bind(refusal.Available.Millionths).Bind(refusal.Held.Millionths)
                .Bind((long?)refusal.Cap).Bind(Stored.Micros(refusal.ResetsAt)).Run();
        }

        foreach (var member in changes.Members)
        {
            setMember.Bind(name).Bind(member.Id).Bind(member.DailyCap?.Millionths).Bind(member.MonthlyCap?.Millionths).Bind(Stored.Micros(member.CycleAnchor))
                .Bind(member.Removed).Bind(member.UsedInDay.Millionths).Bind(member.DayFrom).Bind(Stored.Micros(member.DayEndsAt))
                .Bind(member.UsedInMonth.Millionths).Bind(member.MonthFrom).Bind(Stored.Micros(member.MonthEndsAt)).Run();
        }

        foreach (var transfer in changes.Transfers)
        {
            addTransfer.Bind(name).Bind(transfer.Id).Bind(transfer.To.Value).Bind(Stored.Micros(transfer.SentAt)).Bind(TransferRow.Write(transfer.Parts)).Run();
        }

        foreach (var creditEvent in changes.Events)
        {
            // Two holds without an entry of their own may end at one entry: the second event would be a repetition.
            addEvent.Bind(name).Bind(creditEvent.Sequence).Bind(creditEvent.Name).Bind(Stored.Micros(creditEvent.At)).Bind(0L).Bind(CreditEventJson.Write(creditEvent)).Run();
        }
    }

    private void SaveAccount(AccountChanges changes)
    {
        var state = changes.State;
        var changed = updateAccount.Bind(state.Account.Value).Bind(changes.SequenceBefore)
            .Bind(state.Issued.Millionths).Bind(state.Available.Millionths).Bind(state.Held.Millionths).Bind(state.Spent.Millionths)
            .Bind(state.Expired.Millionths).Bind(state.Revoked.Millionths).Bind(state.Debt.Millionths).Bind(state.Sequence)
            .Bind(Stored.Micros(state.LastAt)).Bind(Stored.Micros(state.NextDue)).Bind(state.Frozen).Bind(state.Welcomed).Bind(state.Low)
            .Bind(state.ChainHead.ToArray()).Run();
        Expect(changed, TableNames.Account);
    }

    private void SaveGrant(string account, Grant grant, bool isNew)
    {
        if (isNew)
        {
            addGrant.Bind(account).Bind(grant.Id).Bind((long)grant.Kind).Bind(grant.Amount.Millionths).Bind(grant.Available.Millionths)
                .Bind(grant.Held.Millionths).Bind(grant.Spent.Millionths).Bind(grant.Expired.Millionths).Bind(grant.Revoked.Millionths)
                .Bind(grant.TakenBack.Millionths).Bind(grant.Priority).Bind(Stored.Micros(grant.GrantedAt)).Bind(Stored.Micros(grant.EffectiveAt))
                .Bind(Stored.Micros(grant.ExpiresAt)).Bind(Stored.Models(grant.Models)).Bind(grant.Reference).Bind(grant.Pending).Bind(grant.IsLive).Run();
            return;
        }

        var changed = updateGrant.Bind(account).Bind(grant.Id).Bind(grant.Available.Millionths).Bind(grant.Held.Millionths)
            .Bind(grant.Spent.Millionths).Bind(grant.Expired.Millionths).Bind(grant.Revoked.Millionths).Bind(grant.TakenBack.Millionths)
            .Bind(grant.Pending).Bind(grant.IsLive).Run();
        Expect(changed, TableNames.Grant);
    }

    private void SaveHold(string account, Hold hold, bool isNew)
    {
        var slices = Stored.Slices(hold.Slices) ?? "[]";
        if (isNew)
        {
            var start = hold.Generation;
            addHold.Bind(account).Bind(hold.Id).Bind(hold.Amount.Millionths).Bind(hold.Captured.Millionths).Bind(slices)
                .Bind(Stored.Micros(hold.ExpiresAt)).Bind((long)hold.OnExpiry).Bind(hold.RequestHash).Bind(hold.EntrySequence)
                .Bind(Stored.Micros(hold.HeldAt)).Bind(hold.AvailableAfter.Millionths).Bind(hold.HeldAfter.Millionths).Bind(start.Model)
                .Bind(start.Count).Bind(start.Price.Millionths).Bind(start.PriceVersion).Bind(start.Prompt).Bind(Stored.Micros(start.PromptExpiresAt))
                .Bind(start.Member).Run();
            return;
        }

        var changed = updateHold.Bind(account).Bind(hold.Id).Bind(hold.Amount.Millionths).Bind(hold.Captured.Millionths).Bind(slices)
            .Bind(Stored.Micros(hold.ExpiresAt)).Run();
        Expect(changed, TableNames.Hold);
    }

    private void AddEntry(string account, Entry entry) => addEntry
        .Bind(account).Bind(entry.Sequence).Bind(Stored.Micros(entry.At)).Bind((long)entry.Kind).Bind(entry.Amount.Millionths)
        .Bind(entry.Remainder.Millionths).Bind(entry.AvailableAfter.Millionths).Bind(entry.HeldAfter.Millionths).Bind(entry.DebtAfter.Millionths)
        .Bind(entry.Key).Bind(entry.RequestHash).Bind(entry.HoldId).Bind(entry.GrantId).Bind((long?)entry.GrantKind)
        .Bind(Stored.Slices(entry.Slices)).Bind(Stored.Micros(entry.EndsAt)).Bind(entry.Model).Bind(entry.Description)
        .Bind(entry.Actor).Bind(entry.Reference).Bind(entry.Hash.ToArray()).Run();

    private void SaveGeneration(string account, Generation generation, bool isNew)
    {
        if (isNew)
        {
            var start = generation.Start;
            addGeneration.Bind(account).Bind(generation.Id).Bind((long)generation.Status).Bind((long?)generation.Outcome).Bind(start.Model)
                .Bind(start.Count).Bind(start.Price.Millionths).Bind(start.PriceVersion).Bind(start.Prompt).Bind(Stored.Micros(start.PromptExpiresAt))
                .Bind(generation.Charged.Millionths).Bind(generation.Released.Millionths).Bind(Stored.Micros(generation.StartedAt))
                .Bind(Stored.Micros(generation.EndedAt)).Bind(generation.Error).Bind(generation.ProviderRequestId).Bind(generation.ProviderCostMillionths)
                .Bind(generation.ProviderCurrency).Bind(generation.FirstEntry).Bind(generation.LastEntry).Bind(generation.RequestHash)
                .Bind(generation.AvailableAfter.Millionths).Bind(generation.HeldAfter.Millionths).Bind(start.Member).Run();
            return;
        }

        // The prompt is left alone: it may have been forgotten meanwhile.
        var changed = updateGeneration.Bind(account).Bind(generation.Id).Bind((long)generation.Status).Bind((long?)generation.Outcome)
            .Bind(generation.Charged.Millionths).Bind(generation.Released.Millionths).Bind(Stored.Micros(generation.EndedAt)).Bind(generation.Error)
            .Bind(generation.ProviderRequestId).Bind(generation.ProviderCostMillionths).Bind(generation.ProviderCurrency).Bind(generation.LastEntry)
            .Bind(generation.AvailableAfter.Millionths).Bind(generation.HeldAfter.Millionths).Run();
        Expect(changed, TableNames.Generation);
    }

    private static void Expect(int changed, string table)
    {
        if (changed != 1)
        {
            throw new LedgerInvariantException($"{table}: {changed} rows changed, not 1.");
        }
    }
}
