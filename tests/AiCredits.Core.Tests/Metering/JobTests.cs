using AiCredits.Core.Tests;
using AiCredits.Ledger;

namespace AiCredits.Metering;

/// <summary>A generation that a background job goes on with, knowing only the account and the id.</summary>
public sealed class JobTests : IAsyncDisposable
{
    private static readonly Caller.Account Alice = new(new AccountId("alice"));
    private readonly CoreApp app = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_job_finds_its_ticket_by_id_renews_it_captures_in_parts_and_settles()
    {
        var handed = await HoldAsync(10);
        var found = (await app.Meter.FindTicketAsync(Alice.Id, handed.Id, Cancel)).ShouldNotBeNull();
        found.ShouldBe(handed);

        // Longer than the first lease: it lives by renewals.
        foreach (var _ in Enumerable.Range(0, 5))
        {
            app.Clock.Advance(TimeSpan.FromMinutes(8));
            found = (await app.Meter.RenewAsync(found, TimeSpan.FromMinutes(10), Cancel)).ShouldNotBeNull();
        }

        found.ExpiresAt.ShouldBe(UtcMicroseconds.Now(app.Clock) + TimeSpan.FromMinutes(10));
        (await app.Meter.RenewAsync(found, TimeSpan.FromMinutes(1), Cancel))!.ExpiresAt.ShouldBe(found.ExpiresAt);

        (await app.Meter.CapturePartAsync(found, 3, "page 1", Cancel))!.Captured.ShouldBe(3);
        (await app.Meter.CapturePartAsync(found, 3, "page 1", Cancel))!.Replayed.ShouldBeTrue();
        (await app.Meter.CapturePartAsync(found, 4, "page 2", Cancel))!.Captured.ShouldBe(7);
        var beyond = (await app.Meter.CapturePartAsync(found, 4, "page 3", Cancel)).ShouldNotBeNull();
        (beyond.Captured, beyond.Uncovered).ShouldBe((10, 1));
        var settled = await app.Meter.SettleAsync(found, new GenerationEnd { Outcome = GenerationOutcome.Failed }, cancellationToken: Cancel);

        (settled.Charged, settled.Remaining).ShouldBe((10, 40));
        (await app.Meter.FindTicketAsync(Alice.Id, handed.Id, Cancel)).ShouldBeNull();
        (await app.Meter.RenewAsync(found, TimeSpan.FromMinutes(1), Cancel)).ShouldBeNull();
        (await app.Meter.CapturePartAsync(found, 1, "page 4", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task What_is_nobodys_or_somebody_elses_or_over_has_no_ticket()
    {
        var handed = await HoldAsync(1);

        (await app.Meter.FindTicketAsync(new AccountId("bob"), handed.Id, Cancel)).ShouldBeNull();
        (await app.Meter.FindTicketAsync(Alice.Id, Guid.CreateVersion7(), Cancel)).ShouldBeNull();
        app.Clock.Advance(TimeSpan.FromMinutes(11));
        (await app.Meter.FindTicketAsync(Alice.Id, handed.Id, Cancel)).ShouldBeNull();
        (await app.Meter.RenewAsync(handed, TimeSpan.FromMinutes(1), Cancel)).ShouldBeNull();
        (await app.Store.GetAccountAsync(Alice.Id, Cancel)).State.Available.ShouldBe(50);
    }

    [Fact]
    public async Task A_guest_has_nothing_to_renew_or_to_capture_from()
    {
        var admission = await app.Meter.HoldAsync(new GenerationRequest(new Caller.Guest(CoreApp.Guest()), app.Prices.Find("flux-dev")!.Quote()), Cancel);
        var ticket = admission.ShouldBeOfType<Admission.Admitted>().Ticket;

        await Should.ThrowAsync<ArgumentException>(async () => await app.Meter.RenewAsync(ticket, TimeSpan.FromMinutes(1), Cancel));
        await Should.ThrowAsync<ArgumentException>(async () => await app.Meter.CapturePartAsync(ticket, 1, "part", Cancel));
    }

    private async Task<GenerationTicket> HoldAsync(int count) =>
        (await app.Meter.HoldAsync(new GenerationRequest(Alice, app.Prices.Find("flux-dev")!.Quote(count)), Cancel)).ShouldBeOfType<Admission.Admitted>().Ticket;
}
