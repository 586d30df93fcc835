using AiCredits.Guests;

namespace AiCredits.Core.Tests.Guests;

public sealed class GuestWindowTests
{
    private static readonly DateTime Noon = new(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private static readonly TimeSpan Tick = TimeSpan.FromMicroseconds(1);
    private static readonly GuestWindowRule FirstUse = new(GuestWindowKind.FromFirstUse, Day);
    private static readonly GuestWindowRule Sliding = new(GuestWindowKind.Sliding, Day);

    [Fact]
    public void A_window_is_closed_until_its_first_use()
    {
        var window = Window();
        window.Advance(Noon, FirstUse);

        window.OpenedAt.ShouldBeNull();
        window.Usage(FirstUse).ShouldBe(new GuestUsage(3, 0, null, Day));
    }

    [Fact]
    public void It_resets_as_a_whole_exactly_one_window_after_its_first_use()
    {
        var window = Window();
        Use(window, Noon, kept: true);
        Use(window, Noon + Day - Tick, kept: true);
        var reset = Noon + Day;

        window.Advance(reset - Tick, FirstUse);
        window.Usage(FirstUse).ShouldBe(new GuestUsage(3, 2, reset, Day));
        window.Advance(reset, FirstUse);
        window.Usage(FirstUse).ShouldBe(new GuestUsage(3, 0, null, Day));
        window.OpenedAt.ShouldBeNull();
    }

    [Fact]
    public void The_next_window_opens_at_its_own_first_use()
    {
        var window = Window();
        Use(window, Noon, kept: true);
        var later = Noon + (Day * 1.5);
        window.Advance(later, FirstUse);
        Use(window, later, kept: true);

        window.OpenedAt.ShouldBe(later);
        window.Usage(FirstUse).ResetsAt.ShouldBe(later + Day);
    }

    [Fact]
    public void In_a_sliding_window_each_use_comes_back_exactly_one_window_after_it_was_made()
    {
        var window = Window();
        Use(window, Noon, kept: true);
        Use(window, Noon + TimeSpan.FromHours(6), kept: true);

        window.Advance(Noon + Day - Tick, Sliding);
        window.Usage(Sliding).Used.ShouldBe(2);
        window.Advance(Noon + Day, Sliding);
        window.Usage(Sliding).ShouldBe(new GuestUsage(3, 1, Noon + TimeSpan.FromHours(30), Day));
    }

    [Theory]
    [InlineData(1, 24)]
    [InlineData(2, 25)]
    [InlineData(3, 26)]
    public void A_full_sliding_window_says_when_so_many_would_fit(int wanted, int hours)
    {
        var window = Window();
        for (var hour = 0; hour < 3; hour++)
        {
            Use(window, Noon + TimeSpan.FromHours(hour), kept: true);
        }

        window.Usage(Sliding, wanted).ResetsAt.ShouldBe(Noon + TimeSpan.FromHours(hours));
    }

    [Fact]
    public void A_use_that_nobody_settles_is_dropped_exactly_at_the_end_of_its_lease()
    {
        var window = Window();
        Use(window, Noon, lease: TimeSpan.FromMinutes(10));

        window.Advance(Noon + TimeSpan.FromMinutes(10) - Tick, FirstUse);
        window.Uses.Count.ShouldBe(1);
        window.Advance(Noon + TimeSpan.FromMinutes(10), FirstUse);
        window.Uses.ShouldBeEmpty();
        window.OpenedAt.ShouldBeNull();
    }

    [Fact]
    public void A_settled_use_is_kept_or_gone_and_never_settled_again()
    {
        var window = Window();
        var (kept, given) = (Use(window, Noon), Use(window, Noon));

        window.Settle(kept, keep: true).ShouldBeTrue();
        window.Settle(given, keep: false).ShouldBeTrue();
        window.Settle(kept, keep: false).ShouldBeFalse();
        window.Settle(given, keep: true).ShouldBeFalse();
        window.Settle(Guid.CreateVersion7(), keep: true).ShouldBeFalse();
        window.Uses.ShouldHaveSingleItem().Id.ShouldBe(kept);
    }

    [Fact]
    public void Giving_the_only_use_back_closes_the_window()
    {
        var window = Window();
        window.Settle(Use(window, Noon), keep: false);

        window.OpenedAt.ShouldBeNull();
        window.Usage(FirstUse).ResetsAt.ShouldBeNull();
    }

    [Fact]
    public void Uses_come_back_from_a_store_in_the_order_of_time()
    {
        var (early, late) = (new GuestUse(Guid.CreateVersion7(), 1, Noon, null), new GuestUse(Guid.CreateVersion7(), 2, Noon + Tick, null));

        var window = new GuestWindow(new GuestSubject("cookie:1", 3), Noon, [late, early]);

        window.Uses.ShouldBe([early, late]);
        window.Usage(Sliding).Used.ShouldBe(3);
    }

    private static GuestWindow Window(int limit = 3) => new(new GuestSubject("cookie:1", limit), null, []);

    private static Guid Use(GuestWindow window, DateTime at, TimeSpan? lease = null, bool kept = false)
    {
        var id = Guid.CreateVersion7();
        window.Hold(new GuestUse(id, 1, at, at + (lease ?? TimeSpan.FromDays(30))));
        if (kept)
        {
            window.Settle(id, keep: true);
        }

        return id;
    }
}
