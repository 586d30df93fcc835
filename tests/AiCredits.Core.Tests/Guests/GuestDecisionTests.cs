using AiCredits.Guests;
using AiCredits.Ledger;

namespace AiCredits.Core.Tests.Guests;

public sealed class GuestDecisionTests
{
    private static readonly DateTime Noon = new(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly GuestWindowRule Rule = new(GuestWindowKind.FromFirstUse, TimeSpan.FromHours(24));
    private static readonly GuestIdentity Guest = new("guest", [new GuestSubject("cookie:1", 3), new GuestSubject("network:1", 3)]);

    [Fact]
    public void A_use_is_taken_from_every_window_or_from_none()
    {
        GuestWindow[] windows = [Window("cookie:1", 3), Window("network:1", 1)];
        Hold(windows).ShouldBeOfType<GuestHoldResult.Held>();

        Hold(windows).ShouldBeOfType<GuestHoldResult.LimitReached>();

        windows.Select(window => window.Uses.Count).ShouldBe([1, 1]);
    }

    [Fact]
    public void The_fullest_window_is_told()
    {
        GuestWindow[] windows = [Window("cookie:1", 5), Window("network:1", 2), Window("site", 100)];

        var usage = Hold(windows).Usage;

        (usage.Limit, usage.Used, usage.Remaining).ShouldBe((2, 1, 1));
    }

    [Fact]
    public void Of_equally_full_windows_the_one_that_resets_last_is_told()
    {
        GuestWindow[] windows = [Full("cookie:1", Noon - TimeSpan.FromHours(3)), Full("network:1", Noon - TimeSpan.FromHours(1)), Full("fingerprint:1", Noon - TimeSpan.FromHours(2))];

        Hold(windows).ShouldBeOfType<GuestHoldResult.LimitReached>().Usage.ResetsAt.ShouldBe(Noon + TimeSpan.FromHours(23));
        GuestDecision.Usage(windows, Rule).ResetsAt.ShouldBe(Noon + TimeSpan.FromHours(23));
    }

    [Fact]
    public void A_window_that_never_fits_is_told_before_one_that_resets()
    {
        GuestWindow[] windows = [Full("cookie:1", Noon - TimeSpan.FromHours(3)), Window("network:1", 0)];
        GuestWindow[] turned = [windows[1], windows[0]];

        Hold(windows).ShouldBeOfType<GuestHoldResult.LimitReached>().Usage.Limit.ShouldBe(0);
        Hold(turned).ShouldBeOfType<GuestHoldResult.LimitReached>().Usage.Limit.ShouldBe(0);
        GuestDecision.Usage(turned, Rule).ShouldSatisfyAllConditions(usage => usage.Limit.ShouldBe(0), usage => usage.ResetsAt.ShouldBeNull());
    }

    [Fact]
    public void A_request_that_never_fits_names_no_time()
    {
        GuestWindow[] windows = [Window("cookie:1", 3)];
        Hold(windows);

        Hold(windows, count: 4).ShouldBeOfType<GuestHoldResult.LimitReached>().Usage.ResetsAt.ShouldBeNull();
        Hold(windows, count: 3).ShouldBeOfType<GuestHoldResult.LimitReached>().Usage.ResetsAt.ShouldBe(Noon + TimeSpan.FromHours(24));
    }

    [Fact]
    public void What_is_over_is_forgotten_before_deciding()
    {
        GuestWindow[] windows = [Full("cookie:1", Noon - TimeSpan.FromHours(24))];

        Hold(windows).ShouldBeOfType<GuestHoldResult.Held>().Usage.ResetsAt.ShouldBe(Noon + TimeSpan.FromHours(24));
    }

    [Fact]
    public void A_generation_that_has_its_uses_is_replayed_even_when_the_window_is_full()
    {
        GuestWindow[] windows = [Window("cookie:1", 1)];
        var id = Guid.CreateVersion7();
        Hold(windows, id);

        Hold(windows, id).ShouldBeOfType<GuestHoldResult.Held>().Replayed.ShouldBeTrue();
        windows[0].Uses.Count.ShouldBe(1);
    }

    [Fact]
    public void A_settlement_after_the_lease_still_counts_when_nobody_has_swept()
    {
        GuestWindow[] windows = [Window("cookie:1", 3)];
        var id = Guid.CreateVersion7();
        Hold(windows, id);

        var usage = GuestDecision.Settle(windows, new GuestSettleRequest(Guest, id, true, Rule, new GenerationEnd { Outcome = GenerationOutcome.Succeeded }), null, Noon + TimeSpan.FromMinutes(11));

        usage.Used.ShouldBe(1);
    }

    [Fact]
    public void A_lease_ends_on_a_whole_microsecond()
    {
        GuestWindow[] windows = [Window("cookie:1", 3)];

        Hold(windows, lease: TimeSpan.FromTicks(123_456_789));

        windows[0].Uses[0].LeaseUntil.ShouldBe(Noon + TimeSpan.FromTicks(123_456_780));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void No_uses_or_fewer_are_refused(int count) => Should.Throw<ArgumentException>(() => Hold([Window("cookie:1", 3)], count: count));

    private static GuestHoldResult Hold(GuestWindow[] windows, Guid? id = null, TimeSpan? lease = null, int count = 1) => GuestDecision.Hold(
        windows,
        new GuestHoldRequest(Guest, id ?? Guid.CreateVersion7(), Rule, lease ?? TimeSpan.FromMinutes(10), new GenerationStart { Model = "flux-dev", Count = count }),
        Noon);

    private static GuestWindow Window(string key, int limit) => new(new GuestSubject(key, limit), null, []);

    private static GuestWindow Full(string key, DateTime openedAt) => new(new GuestSubject(key, 1), openedAt, [new GuestUse(Guid.CreateVersion7(), 1, openedAt, null)]);
}
