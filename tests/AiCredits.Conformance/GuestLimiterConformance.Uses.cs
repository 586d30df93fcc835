using AiCredits.Guests;
using AiCredits.Ledger;

namespace AiCredits.Conformance;

/// <summary>Uses: set aside, kept, given back, and when they return.</summary>
public abstract partial class GuestLimiterConformance
{
    [Fact]
    public async Task A_guest_who_never_came_has_everything_left()
    {
        var usage = await UsageAsync(NewGuest());

        usage.ShouldBe(new GuestUsage(3, 0, null, Window));
        usage.Remaining.ShouldBe(3);
    }

    [Fact]
    public async Task Three_uses_are_had_and_the_fourth_is_refused()
    {
        var guest = NewGuest();

        (await UseAsync(guest)).Remaining.ShouldBe(2);
        (await UseAsync(guest)).Remaining.ShouldBe(1);
        (await UseAsync(guest)).Remaining.ShouldBe(0);
        var refused = (await HoldAsync(guest)).ShouldBeOfType<GuestHoldResult.LimitReached>();

        (refused.Usage.Limit, refused.Usage.Used, refused.Usage.Remaining).ShouldBe((3, 3, 0));
        refused.Usage.ResetsAt.ShouldNotBeNull();
        (await UsageAsync(guest)).ShouldBe(refused.Usage);
    }

    [Fact]
    public async Task Running_generations_count()
    {
        var guest = NewGuest();
        for (var index = 0; index < 3; index++)
        {
            (await HoldAsync(guest)).ShouldBeOfType<GuestHoldResult.Held>().Usage.Used.ShouldBe(index + 1);
        }

        (await HoldAsync(guest)).ShouldBeOfType<GuestHoldResult.LimitReached>();
    }

    [Fact]
    public async Task A_failed_generation_gives_its_use_back_and_closes_an_unused_window()
    {
        var guest = NewGuest(1);
        var id = NewId();
        await HoldAsync(guest, id);

        var usage = await GiveBackAsync(guest, id);

        usage.ShouldBe(new GuestUsage(1, 0, null, Window));
        (await HoldAsync(guest)).ShouldBeOfType<GuestHoldResult.Held>();
    }

    [Fact]
    public async Task The_window_opens_at_the_first_use_and_resets_as_a_whole()
    {
        var guest = NewGuest();
        var before = Now;
        var first = await UseAsync(guest);
        await PassAsync(Window / 2);
        var second = await UseAsync(guest);
        var third = await UseAsync(guest);

        first.ResetsAt!.Value.ShouldBeInRange(before + Window, Now + Window);
        second.ResetsAt.ShouldBe(first.ResetsAt);
        third.ResetsAt.ShouldBe(first.ResetsAt);
        if (LivesByClock)
        {
            first.ResetsAt.ShouldBe(before + Window);
            Clock.Advance((Window / 2) - TimeSpan.FromMicroseconds(1));
            (await HoldAsync(guest)).ShouldBeOfType<GuestHoldResult.LimitReached>();
            Clock.Advance(TimeSpan.FromMicroseconds(1));
        }
        else
        {
            await PassAsync(Window / 2);
        }

        (await UsageAsync(guest)).ShouldBe(new GuestUsage(3, 0, null, Window));
        (await UseAsync(guest)).Remaining.ShouldBe(2);
    }

    [Fact]
    public async Task In_a_sliding_window_each_use_comes_back_by_itself()
    {
        var guest = NewGuest(2);
        var first = await UseAsync(guest, Sliding);
        await PassAsync(Window / 2);
        await UseAsync(guest, Sliding);

        var refused = (await HoldAsync(guest, rule: Sliding)).ShouldBeOfType<GuestHoldResult.LimitReached>();
        await PassAsync(Window / 2);

        refused.Usage.ResetsAt.ShouldBe(first.ResetsAt);
        (await UsageAsync(guest, Sliding)).Remaining.ShouldBe(1);
        (await UseAsync(guest, Sliding)).Remaining.ShouldBe(0);
    }

    [Fact]
    public async Task A_use_that_nobody_settles_is_given_back_when_its_lease_ends()
    {
        var guest = NewGuest(1);
        await HoldAsync(guest, lease: Window / 4);
        await PassAsync(Window / 4);

        (await UsageAsync(guest)).Used.ShouldBe(0);
        (await HoldAsync(guest)).ShouldBeOfType<GuestHoldResult.Held>();
    }

    [Fact]
    public async Task A_kept_use_has_no_lease()
    {
        var guest = NewGuest(1);
        var id = NewId();
        await HoldAsync(guest, id, lease: Window / 4);
        await KeepAsync(guest, id);
        await PassAsync(Window / 2);

        (await HoldAsync(guest)).ShouldBeOfType<GuestHoldResult.LimitReached>();
    }

    [Fact]
    public async Task Several_uses_are_had_together_or_not_at_all()
    {
        var guest = NewGuest();
        await UseAsync(guest);

        var refused = await HoldAsync(guest, count: 3);
        var fits = await HoldAsync(guest, count: 2);

        refused.ShouldBeOfType<GuestHoldResult.LimitReached>().Usage.Remaining.ShouldBe(2);
        fits.ShouldBeOfType<GuestHoldResult.Held>().Usage.Remaining.ShouldBe(0);
    }

    [Fact]
    public async Task The_same_generation_takes_its_use_once()
    {
        var guest = NewGuest();
        var id = NewId();

        var first = (await HoldAsync(guest, id)).ShouldBeOfType<GuestHoldResult.Held>();
        var again = (await HoldAsync(guest, id)).ShouldBeOfType<GuestHoldResult.Held>();
        await KeepAsync(guest, id);
        var over = (await HoldAsync(guest, id)).ShouldBeOfType<GuestHoldResult.Held>();

        first.Replayed.ShouldBeFalse();
        again.Replayed.ShouldBeTrue();
        over.Replayed.ShouldBeTrue();
        over.Usage.Used.ShouldBe(1);
    }

    [Fact]
    public async Task The_first_settlement_counts()
    {
        var guest = NewGuest();
        var (kept, given) = (NewId(), NewId());
        await HoldAsync(guest, kept);
        await HoldAsync(guest, given);
        await KeepAsync(guest, kept);
        await GiveBackAsync(guest, given);

        (await GiveBackAsync(guest, kept)).Used.ShouldBe(1);
        (await KeepAsync(guest, given)).Used.ShouldBe(1);
        var generations = await Limiter.GetGenerationsAsync(guest.GuestId, 10, Cancel);
        generations.Single(generation => generation.Id == kept).Status.ShouldBe(GenerationStatus.Succeeded);
        generations.Single(generation => generation.Id == given).Status.ShouldBe(GenerationStatus.Failed);
    }

    [Fact]
    public async Task A_settlement_of_what_never_was_changes_nothing()
    {
        var guest = NewGuest();

        (await KeepAsync(guest, NewId())).Used.ShouldBe(0);
        (await Limiter.GetGenerationsAsync(guest.GuestId, 10, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_new_cookie_on_the_same_network_buys_nothing()
    {
        var network = NewNetwork();
        var first = GuestOn(network);
        for (var index = 0; index < 3; index++)
        {
            await UseAsync(first);
        }

        (await UsageAsync(GuestOn(network))).Remaining.ShouldBe(0);
        (await HoldAsync(GuestOn(network))).ShouldBeOfType<GuestHoldResult.LimitReached>();
    }

    [Fact]
    public async Task A_new_network_with_the_same_cookie_buys_nothing()
    {
        var guest = GuestOn(NewNetwork());
        for (var index = 0; index < 3; index++)
        {
            await UseAsync(guest);
        }

        var moved = guest with { Subjects = [guest.Subjects[0], new GuestSubject(NewNetwork(), 3)] };
        (await HoldAsync(moved)).ShouldBeOfType<GuestHoldResult.LimitReached>();
    }

    [Fact]
    public async Task A_refused_use_is_taken_from_no_subject()
    {
        var network = NewNetwork();
        await UseAsync(GuestOn(network, 1));
        var guest = GuestOn(network, 1);
        await HoldAsync(guest);

        var alone = guest with { Subjects = [guest.Subjects[0]] };
        (await UsageAsync(alone)).Used.ShouldBe(0);
    }

    [Fact]
    public async Task A_use_given_back_is_given_back_on_every_subject()
    {
        var guest = GuestOn(NewNetwork(), 1);
        var id = NewId();
        await HoldAsync(guest, id);
        await GiveBackAsync(guest, id);

        foreach (var subject in guest.Subjects)
        {
            (await UsageAsync(guest with { Subjects = [subject] })).Used.ShouldBe(0);
        }
    }

    [Fact]
    public async Task Subjects_have_limits_of_their_own()
    {
        var network = NewNetwork();
        GuestIdentity Guest() => new($"guest-{NewId():N}", [new GuestSubject($"cookie:{NewId():N}", 1), new GuestSubject(network, 3)]);
        var guest = Guest();
        await UseAsync(guest);
        (await HoldAsync(guest)).ShouldBeOfType<GuestHoldResult.LimitReached>().Usage.Limit.ShouldBe(1);
        await UseAsync(Guest());
        await UseAsync(Guest());

        var refused = (await HoldAsync(Guest())).ShouldBeOfType<GuestHoldResult.LimitReached>();

        refused.Usage.Limit.ShouldBe(3);
    }

    [Fact]
    public async Task A_changed_limit_counts_at_once()
    {
        var guest = NewGuest(1);
        await UseAsync(guest);
        var raised = guest with { Subjects = [guest.Subjects[0] with { Limit = 2 }] };

        (await UseAsync(raised)).Remaining.ShouldBe(0);
        (await UsageAsync(guest)).ShouldSatisfyAllConditions(usage => usage.Limit.ShouldBe(1), usage => usage.Remaining.ShouldBe(0));
    }

    [Fact]
    public async Task A_limit_of_zero_lets_nobody_in()
    {
        (await HoldAsync(NewGuest(0))).ShouldBeOfType<GuestHoldResult.LimitReached>().Usage.Remaining.ShouldBe(0);
    }

    [Fact]
    public async Task Reading_the_usage_changes_nothing()
    {
        var guest = NewGuest();
        await UseAsync(guest);
        var usage = await UsageAsync(guest);

        (await UsageAsync(guest)).ShouldBe(usage);
        (await UsageAsync(guest)).ShouldBe(usage);
    }

    [Fact]
    public async Task Of_50_concurrent_holds_of_one_guest_exactly_the_limit_wins()
    {
        var guest = GuestOn(NewNetwork());

        var results = await AtOnceAsync(50, (limiter, _) => limiter.HoldAsync(Request(guest), Cancel));

        results.Count(result => result is GuestHoldResult.Held).ShouldBe(3);
        (await UsageAsync(guest)).Used.ShouldBe(3);
    }

    [Fact]
    public async Task Of_50_concurrent_cookies_on_one_network_exactly_the_limit_wins()
    {
        var network = NewNetwork();

        var results = await AtOnceAsync(50, (limiter, _) => limiter.HoldAsync(Request(GuestOn(network)), Cancel));

        results.Count(result => result is GuestHoldResult.Held).ShouldBe(3);
    }

    [Fact]
    public async Task Guests_with_subjects_in_any_order_never_lock_each_other_out()
    {
        var (one, two) = (new GuestSubject(NewNetwork(), 1_000), new GuestSubject(NewNetwork(), 1_000));

        var results = await AtOnceAsync(40, (limiter, index) => limiter.HoldAsync(
            Request(new GuestIdentity($"guest-{NewId():N}", index % 2 == 0 ? [one, two] : [two, one])), Cancel));

        results.ShouldAllBe(result => result is GuestHoldResult.Held);
        (await UsageAsync(new GuestIdentity("any", [one]))).Used.ShouldBe(40);
    }

    [Fact]
    public async Task Of_concurrent_settlements_of_one_generation_one_counts()
    {
        for (var round = 0; round < 5; round++)
        {
            var guest = NewGuest();
            var id = NewId();
            await HoldAsync(guest, id);

            var results = await AtOnceAsync(10, (limiter, index) => limiter.SettleAsync(new GuestSettleRequest(guest, id, index % 2 == 0, FromFirstUse, End()), Cancel));

            var used = (await UsageAsync(guest)).Used;
            used.ShouldBeInRange(0, 1);
            results.ShouldAllBe(usage => usage.Used == used);
            var status = (await Limiter.GetGenerationsAsync(guest.GuestId, 1, Cancel)).Single().Status;
            status.ShouldBe(used == 1 ? GenerationStatus.Succeeded : GenerationStatus.Failed);
        }
    }

    [Fact]
    public async Task Guests_that_can_never_be_right_are_refused()
    {
        var guest = NewGuest();
        GuestIdentity[] wrong =
        [
            guest with { GuestId = "" },
            guest with { GuestId = new string('g', GuestIdentity.MaxGuestIdLength + 1) },
            guest with { GuestId = "nul\0inside" },
            guest with { Subjects = [] },
            guest with { Subjects = [new GuestSubject("lone \uD83D surrogate", 3)] },
            guest with { Subjects = [new GuestSubject(new string('s', GuestSubject.MaxKeyLength + 1), 3)] },
            guest with { Subjects = [new GuestSubject("cookie:x", -1)] },
            guest with { Subjects = [.. Enumerable.Range(0, 9).Select(index => new GuestSubject($"s{index}", 3))] },
        ];

        foreach (var one in wrong)
        {
            await Should.ThrowAsync<ArgumentException>(async () => await HoldAsync(one));
            await Should.ThrowAsync<ArgumentException>(async () => await UsageAsync(one));
            await Should.ThrowAsync<ArgumentException>(async () => await KeepAsync(one, NewId()));
        }

        await Should.ThrowAsync<ArgumentException>(async () => await HoldAsync(guest, count: 0));
    }

    [Theory]
    [InlineData("cookie:O'Reilly\"; drop table ai_credits_guest_use; --")]
    [InlineData("network:\u202E👩‍👩‍👧‍👦")]
    [InlineData("fingerprint:\\ % _ {0} $1 ?")]
    public async Task Strange_subjects_are_counted_like_any_other(string key)
    {
        var guest = new GuestIdentity($"g'\"👩‍👧 {NewId():N}"[..40], [new GuestSubject($"{key}{NewId():N}", 1)]);

        await UseAsync(guest);

        (await HoldAsync(guest)).ShouldBeOfType<GuestHoldResult.LimitReached>();
        (await Limiter.GetGenerationsAsync(guest.GuestId, 10, Cancel)).ShouldHaveSingleItem();
    }
}
