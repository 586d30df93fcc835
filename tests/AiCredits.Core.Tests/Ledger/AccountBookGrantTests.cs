using AiCredits.Ledger;

namespace AiCredits.Core.Tests.Ledger;

/// <summary>Grants: burnt, expired, scheduled, revoked, repaid from, refunded to.</summary>
public sealed class AccountBookGrantTests
{
    private readonly Desk _desk = new();

    [Fact]
    public void Free_burns_before_paid_only_where_nothing_else_decides()
    {
        var paid = _desk.Grant(1);
        var free = _desk.Grant(1, GrantKind.Bonus);
        var paidSoon = _desk.Grant(1, expiresIn: TimeSpan.FromDays(1));
        var freeLater = _desk.Grant(1, GrantKind.Bonus, TimeSpan.FromDays(2));
        var first = _desk.Grant(1, priority: -1);

        _desk.Hold(5);

        _desk.Last().Slices.Select(slice => slice.GrantId).ShouldBe([first, paidSoon, freeLater, free, paid]);
    }

    [Theory]
    [InlineData(GrantKind.Welcome, true)]
    [InlineData(GrantKind.Bonus, true)]
    [InlineData(GrantKind.Plan, true)]
    [InlineData(GrantKind.Promotion, true)]
    [InlineData(GrantKind.Adjustment, true)]
    [InlineData(GrantKind.Compensation, true)]
    [InlineData(GrantKind.Transfer, true)]
    [InlineData(GrantKind.Purchase, false)]
    public void Only_purchases_count_as_paid(GrantKind kind, bool free)
    {
        var paid = _desk.Grant(1);
        var other = _desk.Grant(1, kind);

        _desk.Hold(1);

        _desk.Last().Slices.Single().GrantId.ShouldBe(free ? other : paid);
    }

    [Fact]
    public void A_restricted_grant_pays_only_for_its_models_and_burns_in_its_turn()
    {
        var any = _desk.Grant(1);
        var restricted = _desk.Grant(1, expiresIn: TimeSpan.FromDays(1), models: ["nano-banana", "flux-dev"]);

        _desk.TryHold(2, model: "gemini-flash").ShouldBe(new HoldResult.Insufficient(2, 1, 0));
        _desk.TryHold(1, model: "FLUX-DEV").ShouldBeOfType<HoldResult.Held>("models are told apart by case");
        _desk.Last().Slices.Single().GrantId.ShouldBe(any);
        _desk.Hold(1, model: "flux-dev");
        _desk.Last().Slices.Single().GrantId.ShouldBe(restricted);
    }

    [Fact]
    public void The_models_of_a_grant_can_not_be_changed_from_outside()
    {
        var models = new List<string> { "nano-banana" };
        var command = new GrantCommand(Desk.Account, GrantKind.Bonus, 1) { Key = "key", Models = models };
        _desk.Do(command);
        models[0] = "flux-dev";

        _desk.TryHold(1, model: "flux-dev").ShouldBeOfType<HoldResult.Insufficient>();
    }

    [Fact]
    public void Credits_expire_exactly_at_their_time()
    {
        _desk.Grant(10, expiresIn: TimeSpan.FromDays(1));
        var end = _desk.Now + TimeSpan.FromDays(1);

        _desk.Now = end - TimeSpan.FromMicroseconds(1);
        _desk.Touch().Available.ShouldBe(10);
        _desk.Now = end + TimeSpan.FromDays(3);
        _desk.Touch().Expired.ShouldBe(10);

        _desk.Last().At.ShouldBe(end);
    }

    [Fact]
    public void Ties_in_time_start_grants_then_end_holds_then_expire()
    {
        var moment = TimeSpan.FromHours(1);
        _desk.Grant(5, expiresIn: moment);
        _desk.Hold(2, moment);
        _desk.Grant(7, effectiveIn: moment);
        _desk.Now += moment;

        _desk.Touch();

        _desk.History().ShouldBe("Grant 5, Hold 2, Schedule 7, Grant 7, Release 2, Expire 5");
        _desk.Prove();
    }

    [Fact]
    public void What_comes_back_to_an_expired_grant_expires_at_once_and_repays_no_debt()
    {
        var grant = _desk.Grant(5, expiresIn: TimeSpan.FromHours(1));
        var hold = _desk.Hold(5);
        var other = _desk.Grant(3);
        _desk.Capture(_desk.Hold(3));
        _desk.Revoke(other, toDebt: true);
        _desk.Now += TimeSpan.FromHours(1);

        _desk.Release(hold).AvailableAfter.ShouldBe(0);

        (_desk.GrantOf(grant).Expired, _desk.State.Debt).ShouldBe((5, 3));
        _desk.Prove();
    }

    [Fact]
    public void What_comes_back_before_its_end_can_be_spent_until_then()
    {
        _desk.Grant(5, expiresIn: TimeSpan.FromHours(2));
        _desk.Hold(5, TimeSpan.FromHours(1));
        _desk.Now += TimeSpan.FromHours(3);

        _desk.Touch().Expired.ShouldBe(5);

        _desk.Ledger.Write();
        _desk.Ledger.Entries.TakeLast(2).Select(entry => (entry.Kind, entry.At)).ShouldBe([(EntryKind.Release, Desk.Noon + TimeSpan.FromHours(1)), (EntryKind.Expire, Desk.Noon + TimeSpan.FromHours(2))]);
    }

    [Fact]
    public void A_grant_that_has_expired_already_is_not_made()
    {
        _desk.Do(new GrantCommand(Desk.Account, GrantKind.Bonus, 1) { Key = "key", ExpiresAt = Desk.Noon }).ShouldBeOfType<GrantResult.AlreadyExpired>();

        _desk.History().ShouldBe("");
    }

    [Fact]
    public void A_scheduled_grant_can_be_revoked_and_never_starts()
    {
        var grant = _desk.Grant(10, effectiveIn: TimeSpan.FromDays(1));

        _desk.Revoke(grant).ShouldBe(new RevokeResult.Done(10, 0, 0));
        _desk.Now += TimeSpan.FromDays(2);
        _desk.Touch().Available.ShouldBe(0);

        _desk.History().ShouldBe("Schedule 10, Grant 10, Revoke 10");
        _desk.GrantOf(grant).IsLive.ShouldBeFalse();
        _desk.Prove();
    }

    [Fact]
    public void A_scheduled_grant_that_is_revoked_in_part_keeps_its_time_for_the_rest()
    {
        var grant = _desk.Grant(10, effectiveIn: TimeSpan.FromDays(1));

        _desk.Revoke(grant, 4).ShouldBe(new RevokeResult.Done(4, 0, 0));
        _desk.Revoke(grant, 7, toDebt: true).ShouldBe(new RevokeResult.TooMuch(6));
        _desk.State.Available.ShouldBe(0, "nothing starts before its time");
        _desk.Now += TimeSpan.FromDays(1);

        _desk.Touch().Available.ShouldBe(6);
        _desk.History().ShouldBe("Schedule 10, Grant 4, Revoke 4, Grant 6");
        _desk.Prove();
    }

    [Fact]
    public void A_refused_revoke_of_a_scheduled_grant_changes_nothing()
    {
        var grant = _desk.Grant(10, effectiveIn: TimeSpan.FromDays(1));

        _desk.Revoke(grant, 11).ShouldBe(new RevokeResult.TooMuch(10));

        _desk.History().ShouldBe("Schedule 10");
        _desk.GrantOf(grant).Pending.ShouldBeTrue();
    }

    [Fact]
    public void Debt_is_left_alone_by_the_revoke_of_a_scheduled_grant_and_repaid_by_its_start()
    {
        var spent = _desk.Grant(5);
        _desk.Capture(_desk.Hold(5));
        _desk.Revoke(spent, toDebt: true);
        var scheduled = _desk.Grant(10, effectiveIn: TimeSpan.FromDays(1));

        _desk.Revoke(scheduled, 2);
        _desk.State.Debt.ShouldBe(5);
        _desk.Now += TimeSpan.FromDays(1);

        _desk.Touch().ShouldSatisfyAllConditions(state => state.Debt.ShouldBe(0), state => state.Available.ShouldBe(3));
        _desk.Prove();
    }

    [Fact]
    public void A_revoke_takes_back_each_credit_once()
    {
        var grant = _desk.Grant(10);
        _desk.Capture(_desk.Hold(4));

        _desk.Revoke(grant).ShouldBe(new RevokeResult.Done(6, 0, 0));
        _desk.Revoke(grant).ShouldBe(new RevokeResult.Done(0, 0, 0));
        _desk.Revoke(grant, toDebt: true).ShouldBe(new RevokeResult.Done(0, 4, 0));
        _desk.Revoke(grant, 1, toDebt: true).ShouldBe(new RevokeResult.TooMuch(0));
        _desk.State.Debt.ShouldBe(4);
    }

    [Fact]
    public void What_has_expired_is_not_owed()
    {
        var grant = _desk.Grant(10, expiresIn: TimeSpan.FromDays(1));
        _desk.Capture(_desk.Hold(4));
        _desk.Now += TimeSpan.FromDays(1);

        _desk.Revoke(grant, toDebt: true).ShouldBe(new RevokeResult.Done(0, 4, 0));
    }

    [Fact]
    public void Held_credits_that_are_revoked_become_debt_and_repay_it_when_they_come_back()
    {
        var grant = _desk.Grant(10);
        var hold = _desk.Hold(10);

        _desk.Revoke(grant, toDebt: true).ShouldBe(new RevokeResult.Done(0, 10, 0));
        _desk.Capture(hold, 4);

        (_desk.State.Debt, _desk.State.Available, _desk.State.Spent).ShouldBe((4, 0, 4));
        _desk.Prove();
    }

    [Fact]
    public void Credits_that_were_claimed_and_earned_back_by_a_refund_are_not_claimed_again()
    {
        var first = _desk.Grant(10);
        var hold = _desk.Hold(10);
        _desk.Capture(hold);
        _desk.Revoke(first, toDebt: true);
        _desk.Grant(10);
        _desk.Refund(hold).ShouldBe(new RefundResult.Done(10, 10));

        _desk.Revoke(first, 1).ShouldBe(new RevokeResult.TooMuch(0));
        _desk.Revoke(first, toDebt: true).ShouldBe(new RevokeResult.Done(0, 0, 10));
        _desk.Prove();
    }

    [Fact]
    public void A_claimed_grant_that_came_back_and_expired_leaves_nothing_to_revoke()
    {
        var first = _desk.Grant(10, expiresIn: TimeSpan.FromDays(1));
        var hold = _desk.Hold(10);
        _desk.Capture(hold);
        _desk.Revoke(first, toDebt: true);
        _desk.Grant(10);
        _desk.Refund(hold);
        _desk.Now += TimeSpan.FromDays(1);

        _desk.Revoke(first, toDebt: true).ShouldBe(new RevokeResult.Done(0, 0, 0));
        _desk.GrantOf(first).Expired.ShouldBe(10);
        _desk.Prove();
    }

    [Fact]
    public void Debt_is_repaid_in_burn_order_and_by_restricted_credits_too()
    {
        var spent = _desk.Grant(5);
        _desk.Capture(_desk.Hold(5));
        _desk.Revoke(spent, toDebt: true);

        var repaid = _desk.Do(new GrantCommand(Desk.Account, GrantKind.Promotion, 8) { Key = "promotion", Models = ["nano-banana"] }).ShouldBeOfType<GrantResult.Granted>();

        (repaid.DebtRepaid, repaid.AvailableAfter).ShouldBe((5, 3));
        _desk.Prove();
    }

    [Fact]
    public void A_refund_gives_back_just_what_each_capture_took()
    {
        var (one, two) = (_desk.Grant(2, priority: -1), _desk.Grant(5));
        var hold = _desk.Hold(4);
        _desk.Capture(hold, 1, final: false);
        _desk.Ledger.Close();
        _desk.Capture(hold, 2);

        _desk.Refund(hold).ShouldBe(new RefundResult.Done(3, 7));

        (_desk.GrantOf(one).Available, _desk.GrantOf(two).Available).ShouldBe((2, 5));
        _desk.Last().Slices.ShouldBe([new GrantSlice(one, 2), new GrantSlice(two, 1)]);
        _desk.Prove();
    }

    [Fact]
    public void A_refund_to_an_expired_grant_is_told_alike_when_it_is_repeated()
    {
        _desk.Grant(5, expiresIn: TimeSpan.FromHours(1));
        _desk.Grant(2);
        var hold = _desk.Hold(6);
        _desk.Capture(hold);
        _desk.Now += TimeSpan.FromHours(1);
        var refund = new RefundCommand(Desk.Account, hold) { Key = "refund" };

        var first = _desk.Do(refund);
        _desk.Grant(100);

        first.ShouldBe(new RefundResult.Done(6, 2));
        (_desk.Do(refund) with { Replayed = false }).ShouldBe(first);
        _desk.Prove();
    }

    [Fact]
    public void A_refund_leaves_the_first_settlement_as_it_was_told()
    {
        _desk.Grant(10);
        var hold = _desk.Hold(4);
        var settled = _desk.Capture(hold);
        _desk.Refund(hold);

        var again = _desk.Capture(hold);

        (again with { Replayed = false, Status = settled.Status }).ShouldBe(settled);
        again.Status.ShouldBe(GenerationStatus.Refunded);
    }

    [Fact]
    public void What_was_never_charged_is_not_refunded()
    {
        _desk.Grant(10);
        var (running, failed) = (_desk.Hold(1), _desk.Hold(1));
        _desk.Release(failed);

        _desk.Refund(running).ShouldBe(new RefundResult.NotCharged(GenerationStatus.Running));
        _desk.Refund(failed).ShouldBe(new RefundResult.NotCharged(GenerationStatus.Failed));
        _desk.Refund(Guid.CreateVersion7()).ShouldBeOfType<RefundResult.NotFound>();
    }

    [Fact]
    public void Welcome_credits_are_given_once_even_when_scheduled_and_revoked()
    {
        var welcome = _desk.Grant(50, GrantKind.Welcome, effectiveIn: TimeSpan.FromDays(1));
        _desk.Revoke(welcome);

        _desk.Do(new GrantCommand(Desk.Account, GrantKind.Welcome, 50) { Key = "again" }).ShouldBeOfType<GrantResult.AlreadyWelcomed>();
        _desk.State.Welcomed.ShouldBeTrue();
    }

    [Fact]
    public void No_more_is_granted_than_can_be_counted_scheduled_credits_included()
    {
        var largest = Credits.FromMillionths(LedgerCommand.MaxAmountMillionths);
        var most = (long.MaxValue / 2) / LedgerCommand.MaxAmountMillionths;
        for (var index = 0L; index < most; index++)
        {
            _desk.Do(new GrantCommand(Desk.Account, GrantKind.Bonus, largest) { Key = $"grant-{index}", EffectiveAt = index % 2 == 0 ? Desk.Noon.AddDays(1) : null });
        }

        var before = _desk.State;
        Should.Throw<ArgumentException>(() => _desk.Grant(largest)).Message.ShouldContain("can't be counted");
        _desk.State.ShouldBe(before);
        _desk.Do(new GrantCommand(Desk.Account, GrantKind.Bonus, largest) { Key = "grant-1" }).Replayed.ShouldBeTrue("a repeat is no new grant");
        _desk.Now += TimeSpan.FromDays(1);
        _desk.Touch().Available.ShouldBe(largest * most);
        _desk.Prove();
    }
}
