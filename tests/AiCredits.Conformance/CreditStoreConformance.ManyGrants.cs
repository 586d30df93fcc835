using AiCredits.Ledger;

namespace AiCredits.Conformance;

/// <summary>Accounts with more live grants than a store cares to load for a spend.</summary>
public abstract partial class CreditStoreConformance
{
    private static readonly string[] SomeModels = ["flux-dev", "nano-banana", "lora-normal"];

    [Fact]
    public async Task However_many_grants_an_account_has_each_spend_takes_from_those_that_burn_first()
    {
        const int Count = 300;
        var random = new Random(20_261_124);
        var account = NewAccount();
        var grants = Enumerable.Range(0, Count).Select(number => new GrantCommand(account, random.Next(2) == 0 ? GrantKind.Purchase : GrantKind.Promotion, Credits.FromMillionths(random.Next(1, 4) * 500_000L))
        {
            Key = $"grant {number}",
            Priority = random.Next(3),
            ExpiresAt = random.Next(3) == 0 ? null : Now + TimeSpan.FromDays(random.Next(1, 4)),
            Models = random.Next(4) == 0 ? [SomeModels[random.Next(3)]] : [],
        }).ToArray();
        await Task.WhenAll(grants.Select(grant => Store.ExecuteAsync(grant, Cancel).AsTask()));

        // Many at once pin all of the first grants, some give back, and what is left grows too little for some.
        for (var round = 0; round < 4; round++)
        {
            var holds = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => Store.ExecuteAsync(
                new HoldCommand(account, NewId(), Credits.FromMillionths(random.Next(1, 5) * 400_000L), TimeSpan.FromHours(1), new GenerationStart { Model = SomeModels[random.Next(3)] }), Cancel).AsTask()));
            foreach (var held in holds.OfType<HoldResult.Held>().Where(_ => random.Next(8) != 0).ToList())
            {
                _ = random.Next(4) == 0
                    ? await Store.ExecuteAsync(new ReleaseCommand(account, held.HoldId, new GenerationEnd { Outcome = GenerationOutcome.Failed }), Cancel)
                    : await Store.ExecuteAsync(new CaptureCommand(account, held.HoldId, Credits.FromMillionths(400_000), new GenerationEnd { Outcome = GenerationOutcome.Succeeded }), Cancel);
            }
        }

        EnsureBurnOrder(await EntriesAsync(account), grants);
        await ProveAsync(account);
    }

    // An independent reckoning: each hold is to take what the plainest loop over all grants would.
    private static void EnsureBurnOrder(IReadOnlyList<Entry> entries, GrantCommand[] grants)
    {
        var left = new Dictionary<long, Credits>();
        var facts = new Dictionary<long, GrantCommand>();
        foreach (var entry in entries)
        {
            switch (entry.Kind)
            {
                case EntryKind.Grant:
                    facts.Add(entry.GrantId!.Value, grants.Single(grant => grant.Key == entry.Key));
                    left.Add(entry.GrantId.Value, entry.Amount);
                    break;
                case EntryKind.Hold:
                    entry.Slices.ShouldBe(Expected(entry.Model!, entry.Amount), $"entry {entry.Sequence}");
                    foreach (var slice in entry.Slices)
                    {
                        left[slice.GrantId] -= slice.Amount;
                    }

                    break;
                case EntryKind.Release:
                    foreach (var slice in entry.Slices)
                    {
                        left[slice.GrantId] += slice.Amount;
                    }

                    break;
            }
        }

        entries.Count(entry => entry.Kind == EntryKind.Hold && entry.Slices.Count > 1).ShouldBePositive();

        List<GrantSlice> Expected(string model, Credits amount)
        {
            var slices = new List<GrantSlice>();
            foreach (var (id, grant) in facts
                .OrderBy(fact => fact.Value.Priority)
                .ThenBy(fact => fact.Value.ExpiresAt ?? DateTime.MaxValue)
                .ThenBy(fact => fact.Value.Kind == GrantKind.Purchase)
                .ThenBy(fact => fact.Key))
            {
                var part = Credits.Min(amount, left[id]);
                if (!part.IsZero && (grant.Models.Count == 0 || grant.Models.Contains(model)))
                {
                    slices.Add(new GrantSlice(id, part));
                    amount -= part;
                }
            }

            return slices;
        }
    }
}
