using AiCredits.Core.Tests;
using AiCredits.Ledger;

namespace AiCredits.Statements;

public sealed class GrantTraceTests
{
    private static readonly AccountId Alice = new("alice");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_spend_names_its_grants_and_a_grant_its_spends()
    {
        await using var app = new CoreApp();
        var trace = app.Get<GrantTrace>();
        await GrantAsync(app, "first", 3);
        await GrantAsync(app, "second", 10);
        var (small, large, refunded, running) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await SpendAsync(app, small, 2, 2);
        await SpendAsync(app, large, 4, 3);
        await SpendAsync(app, refunded, 1, 1);
        await app.Store.ExecuteAsync(new RefundCommand(Alice, refunded) { Key = "refund" }, Cancel);
        await SpendAsync(app, running, 1, null);

        (await trace.GetGrantsAsync(Alice, small, Cancel)).ShouldBe([new GrantSlice(1, 2)]);
        (await trace.GetGrantsAsync(Alice, large, Cancel)).ShouldBe([new GrantSlice(1, 1), new GrantSlice(2, 2)]);
        (await trace.GetGrantsAsync(Alice, refunded, Cancel)).ShouldBeEmpty();
        (await trace.GetGrantsAsync(Alice, running, Cancel)).ShouldBeEmpty();
        (await trace.GetGrantsAsync(Alice, Guid.CreateVersion7(), Cancel)).ShouldBeEmpty();

        var uses = new List<Entry>();
        await foreach (var entry in trace.GetUsesAsync(Alice, 1, Cancel))
        {
            uses.Add(entry);
        }

        uses.Select(entry => entry.Kind).ShouldBe([EntryKind.Capture, EntryKind.Hold, EntryKind.Capture, EntryKind.Hold, EntryKind.Grant]);
        uses.Where(entry => entry.Kind == EntryKind.Capture).Select(entry => entry.HoldId).ShouldBe([large, small]);
    }

    private static Task<GrantResult> GrantAsync(CoreApp app, string key, Credits amount) =>
        app.Store.ExecuteAsync(new GrantCommand(Alice, GrantKind.Promotion, amount) { Key = key }, Cancel).AsTask();

    private static async Task SpendAsync(CoreApp app, Guid id, Credits hold, Credits? capture)
    {
        await app.Store.ExecuteAsync(new HoldCommand(Alice, id, hold, TimeSpan.FromHours(1), new GenerationStart { Model = "flux-dev", PriceVersion = "v1" }), Cancel);
        if (capture is { } amount)
        {
            await app.Store.ExecuteAsync(new CaptureCommand(Alice, id, amount, new GenerationEnd { Outcome = GenerationOutcome.Succeeded }), Cancel);
        }
    }
}
