using AiCredits.Ledger;

namespace AiCredits.Core.Tests.Ledger;

/// <summary>Holds: pinned, captured, released, renewed, and over by themselves.</summary>
public sealed class AccountBookHoldTests
{
    private readonly Desk _desk = new();

    [Fact]
    public void A_hold_pins_credits_in_burn_order_and_skips_none()
    {
        var late = _desk.Grant(3, expiresIn: TimeSpan.FromDays(9));
        var soon = _desk.Grant(2, expiresIn: TimeSpan.FromDays(3));

        _desk.Hold(4);

        _desk.Last().Slices.ShouldBe([new GrantSlice(soon, 2), new GrantSlice(late, 2)]);
        (_desk.GrantOf(soon).Held, _desk.GrantOf(late).Available).ShouldBe((2, 1));
        _desk.Prove();
    }

    [Fact]
    public void The_very_last_millionth_can_be_held_and_not_one_more()
    {
        _desk.Grant(Credits.FromMillionths(5));

        _desk.TryHold(Credits.FromMillionths(6)).ShouldBeOfType<HoldResult.Insufficient>().Retryable.ShouldBeFalse();
        _desk.Hold(Credits.FromMillionths(5));
        _desk.TryHold(Credits.FromMillionths(1)).ShouldBeOfType<HoldResult.Insufficient>().Retryable.ShouldBeTrue();
    }

    [Fact]
    public void What_would_come_back_but_not_to_this_request_does_not_make_it_retryable()
    {
        _desk.Grant(5, models: "nano-banana");
        _desk.Hold(5, model: "nano-banana");
        _desk.TryHold(1).ShouldBeOfType<HoldResult.Insufficient>().ShouldSatisfyAllConditions(refused => refused.CurrentlyHeld.ShouldBe(0), refused => refused.Retryable.ShouldBeFalse());

        _desk.Grant(5, expiresIn: TimeSpan.FromHours(1));
        _desk.Hold(5);
        _desk.Now += TimeSpan.FromHours(1);
        _desk.TryHold(1).ShouldBeOfType<HoldResult.Insufficient>().Retryable.ShouldBeFalse("what is held has expired meanwhile");
    }

    [Fact]
    public void What_would_come_back_repays_debt_before_anything_can_be_held()
    {
        var grant = _desk.Grant(5);
        _desk.Hold(5);
        _desk.Revoke(grant, 4, toDebt: true);

        _desk.TryHold(2).ShouldBeOfType<HoldResult.Insufficient>().Retryable.ShouldBeFalse();
        _desk.TryHold(1).ShouldBeOfType<HoldResult.Insufficient>().Retryable.ShouldBeTrue();
    }

    [Fact]
    public void A_capture_takes_what_burns_first_and_returns_the_rest_to_where_it_came_from()
    {
        var soon = _desk.Grant(2, expiresIn: TimeSpan.FromDays(3));
        var late = _desk.Grant(3);
        var hold = _desk.Hold(5);

        _desk.Capture(hold, 3);

        (_desk.GrantOf(soon).Spent, _desk.GrantOf(late).Spent, _desk.GrantOf(late).Available).ShouldBe((2, 1, 2));
        _desk.History().ShouldBe("Grant 2, Grant 3, Hold 5, Release 2, Capture 3");
        _desk.Prove();
    }

    [Fact]
    public void Captures_add_up_until_nothing_is_left_and_the_settlement_still_has_an_entry()
    {
        _desk.Grant(10);
        var hold = _desk.Hold(3);
        _desk.Capture(hold, 2, final: false).HeldAfter.ShouldBe(1);
        _desk.Capture(hold, 1, final: false).HeldAfter.ShouldBe(0);
        var capped = _desk.Capture(hold, 1, final: false);

        var settled = _desk.Capture(hold);

        (capped.Captured, capped.Uncovered).ShouldBe((3, 1));
        (settled.Status, settled.Captured, settled.Released).ShouldBe((GenerationStatus.Succeeded, 3, 0));
        _desk.History().ShouldBe("Grant 10, Hold 3, Capture 2, Capture 1, Capture 0, Capture 0");
        _desk.GenerationOf(hold).LastEntry.ShouldBe(6);
        _desk.Prove();
    }

    [Fact]
    public void A_release_after_captures_keeps_what_was_captured_and_counts_as_success()
    {
        _desk.Grant(10);
        var hold = _desk.Hold(5);
        _desk.Capture(hold, 2, final: false);

        var settled = _desk.Release(hold);

        (settled.Status, settled.Captured, settled.Released).ShouldBe((GenerationStatus.Succeeded, 2, 3));
        _desk.State.Available.ShouldBe(8);
        _desk.Prove();
    }

    [Fact]
    public void A_release_says_whether_the_generation_failed_or_was_free()
    {
        _desk.Grant(10);

        _desk.Release(_desk.Hold(1)).Status.ShouldBe(GenerationStatus.Failed);
        _desk.Release(_desk.Hold(1), GenerationOutcome.Succeeded).Status.ShouldBe(GenerationStatus.Succeeded);
    }

    [Fact]
    public void An_overrun_takes_all_of_the_extra_or_none_of_it()
    {
        _desk.Grant(10);
        var (covered, uncovered) = (_desk.Hold(4), _desk.Hold(4));

        _desk.Capture(covered, 6, overrun: OverrunPolicy.Extra).ShouldSatisfyAllConditions(one => one.Captured.ShouldBe(6), one => one.Uncovered.ShouldBe(0));
        _desk.Capture(uncovered, 5, overrun: OverrunPolicy.Extra).ShouldSatisfyAllConditions(one => one.Captured.ShouldBe(4), one => one.Uncovered.ShouldBe(1));

        _desk.History().ShouldBe("Grant 10, Hold 4, Hold 4, Hold 2, Capture 6, Capture 4");
        _desk.Prove();
    }

    [Fact]
    public void A_hold_ends_by_itself_exactly_at_its_time()
    {
        _desk.Grant(10);
        var hold = _desk.Hold(4, TimeSpan.FromMinutes(10));
        var end = _desk.Now + TimeSpan.FromMinutes(10);

        _desk.Now = end - TimeSpan.FromMicroseconds(1);
        _desk.Touch().Held.ShouldBe(4);
        _desk.Now = end + TimeSpan.FromHours(5);
        _desk.Touch().Held.ShouldBe(0);

        _desk.Last().ShouldSatisfyAllConditions(entry => entry.Kind.ShouldBe(EntryKind.Release), entry => entry.At.ShouldBe(end));
        _desk.GenerationOf(hold).ShouldSatisfyAllConditions(
            one => one.Status.ShouldBe(GenerationStatus.Expired),
            one => one.Outcome.ShouldBe(GenerationOutcome.Unknown),
            one => one.EndedAt.ShouldBe(end),
            one => one.Released.ShouldBe(4));
        _desk.Prove();
    }

    [Fact]
    public void A_hold_can_still_be_captured_in_its_last_microsecond()
    {
        _desk.Grant(10);
        var hold = _desk.Hold(4, TimeSpan.FromMinutes(10));
        _desk.Now += TimeSpan.FromMinutes(10) - TimeSpan.FromMicroseconds(1);

        _desk.Capture(hold).ChargedLate.ShouldBeFalse();
    }

    [Fact]
    public void A_capture_that_comes_too_late_is_charged_once_and_says_so_again()
    {
        _desk.Grant(10);
        var hold = _desk.Hold(4, TimeSpan.FromMinutes(10));
        _desk.Now += TimeSpan.FromMinutes(10);

        var late = _desk.Capture(hold);
        var again = _desk.Capture(hold);

        (late.ChargedLate, late.Replayed, late.Captured, late.AvailableAfter).ShouldBe((true, false, 4, 6));
        (again with { Replayed = false }).ShouldBe(late);
        _desk.History().ShouldBe("Grant 10, Hold 4, Release 4, Hold 4, Capture 4");
        _desk.Prove();
    }

    [Fact]
    public void What_was_captured_before_the_hold_ended_is_not_charged_again_late()
    {
        _desk.Grant(10);
        var hold = _desk.Hold(4, TimeSpan.FromMinutes(10));
        _desk.Capture(hold, 1, final: false);
        _desk.Now += TimeSpan.FromMinutes(10);

        var late = _desk.Capture(hold);

        (late.ChargedLate, late.Captured, late.Released).ShouldBe((true, 4, 3));
        _desk.State.Spent.ShouldBe(4);
        _desk.GenerationOf(hold).Charged.ShouldBe(4);
        _desk.Prove();
    }

    [Fact]
    public void A_late_capture_that_can_not_be_paid_changes_nothing_and_may_be_tried_again()
    {
        _desk.Grant(4);
        var hold = _desk.Hold(4, TimeSpan.FromMinutes(10));
        _desk.Now += TimeSpan.FromMinutes(10);
        var other = _desk.Hold(1);

        _desk.Do(new CaptureCommand(Desk.Account, hold, null, Desk.End())).ShouldBe(new SettleResult.Insufficient(4, 3));
        _desk.Release(other);
        _desk.Capture(hold).ChargedLate.ShouldBeTrue();
    }

    [Fact]
    public void A_hold_that_is_captured_at_its_end_is_never_charged_twice()
    {
        _desk.Grant(10);
        var hold = _desk.Hold(4, TimeSpan.FromMinutes(10), onExpiry: HoldExpiryPolicy.Capture);
        _desk.Now += TimeSpan.FromMinutes(20);

        var late = _desk.Capture(hold);

        (late.Replayed, late.ChargedLate, late.Status, late.Captured).ShouldBe((true, false, GenerationStatus.Expired, 4));
        _desk.State.Spent.ShouldBe(4);
        _desk.Prove();
    }

    [Fact]
    public void Two_holds_that_end_at_the_same_moment_with_nothing_in_them_have_an_entry_each()
    {
        _desk.Grant(2);
        var (one, two) = (_desk.Hold(1, TimeSpan.FromMinutes(10)), _desk.Hold(1, TimeSpan.FromMinutes(10)));
        _desk.Capture(one, 1, final: false);
        _desk.Capture(two, 1, final: false);
        _desk.Now += TimeSpan.FromMinutes(10);

        _desk.Touch();

        _desk.History().ShouldEndWith("Release 0, Release 0");
        (_desk.GenerationOf(one).LastEntry, _desk.GenerationOf(two).LastEntry).ShouldBe((6, 7));
    }

    [Fact]
    public void A_renewed_hold_lives_from_now_on_and_is_never_shortened()
    {
        _desk.Grant(10);
        var hold = _desk.Hold(4, TimeSpan.FromMinutes(10));
        _desk.Now += TimeSpan.FromMinutes(9);

        _desk.Do(new RenewCommand(Desk.Account, hold, TimeSpan.FromMinutes(5))).ShouldBe(new RenewResult.Renewed(_desk.Now + TimeSpan.FromMinutes(5)));
        _desk.Do(new RenewCommand(Desk.Account, hold, TimeSpan.FromMinutes(1))).ShouldBe(new RenewResult.Renewed(_desk.Now + TimeSpan.FromMinutes(5)) { Replayed = true });
        _desk.Now += TimeSpan.FromMinutes(5);
        _desk.Do(new RenewCommand(Desk.Account, hold, TimeSpan.FromMinutes(5))).ShouldBeOfType<RenewResult.NotOpen>();

        _desk.History().ShouldBe("Grant 10, Hold 4, Renew 0, Release 4");
    }

    [Fact]
    public void Time_never_runs_backwards_on_an_account()
    {
        _desk.Grant(10);
        _desk.Now -= TimeSpan.FromHours(1);

        var hold = _desk.Hold(1, TimeSpan.FromMinutes(10));

        _desk.Last().At.ShouldBe(Desk.Noon);
        _desk.Ledger.Holds[hold].ExpiresAt.ShouldBe(Desk.Noon + TimeSpan.FromMinutes(10));
    }

    [Fact]
    public void A_frozen_account_settles_and_is_charged_late_but_holds_nothing_new()
    {
        _desk.Grant(10);
        var (open, over) = (_desk.Hold(1, TimeSpan.FromHours(1)), _desk.Hold(1, TimeSpan.FromMinutes(1)));
        _desk.Do(new FreezeCommand(Desk.Account, true) { Key = "freeze" });
        _desk.Now += TimeSpan.FromMinutes(1);

        _desk.TryHold(1).ShouldBeOfType<HoldResult.Frozen>();
        _desk.Capture(open).Captured.ShouldBe(1);
        _desk.Capture(over).ChargedLate.ShouldBeTrue();
        _desk.Do(new FreezeCommand(Desk.Account, false) { Key = "unfreeze" });
        _desk.TryHold(1).ShouldBeOfType<HoldResult.Held>();
    }
}
