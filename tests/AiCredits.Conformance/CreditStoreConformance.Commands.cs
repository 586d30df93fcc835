using AiCredits.Ledger;

namespace AiCredits.Conformance;

/// <summary>Every command once, alone.</summary>
public abstract partial class CreditStoreConformance
{
    [Fact]
    public async Task An_account_that_nobody_used_is_all_zeros()
    {
        var account = NewAccount();

        var overview = await Store.GetAccountAsync(account, Cancel);

        overview.State.Account.ShouldBe(account);
        overview.State.Issued.ShouldBe(Credits.Zero);
        overview.State.Sequence.ShouldBe(0);
        overview.State.ChainHead.ToArray().ShouldBe(new byte[32]);
        overview.LiveGrants.ShouldBeEmpty();
        (await EntriesAsync(account)).ShouldBeEmpty();
        (await Store.FindGenerationAsync(account, NewId(), Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task A_grant_can_be_spent_at_once_and_reads_back_as_it_was_made()
    {
        var account = NewAccount();
        var expiresAt = Now.AddDays(30).AddTicks(10);

        var granted = (await Store.ExecuteAsync(
            new GrantCommand(account, GrantKind.Promotion, 12.345678m)
            {
                Key = "promotion-1",
                Priority = -3,
                ExpiresAt = expiresAt,
                Models = ["flux-dev", "nano-banana"],
                Description = "A gift",
                Actor = "admin@example.com",
                Reference = "SUMMER",
            },
            Cancel)).ShouldBeOfType<GrantResult.Granted>();

        granted.Amount.ShouldBe(12.345678m);
        granted.AvailableAfter.ShouldBe(12.345678m);
        granted.DebtRepaid.ShouldBe(0);
        granted.Replayed.ShouldBeFalse();
        var overview = await Store.GetAccountAsync(account, Cancel);
        overview.State.Available.ShouldBe(12.345678m);
        overview.NextExpiry.ShouldBe(expiresAt);
        var grant = overview.LiveGrants.ShouldHaveSingleItem();
        grant.Id.ShouldBe(granted.GrantId);
        grant.Kind.ShouldBe(GrantKind.Promotion);
        grant.Priority.ShouldBe(-3);
        grant.ExpiresAt.ShouldBe(expiresAt);
        grant.Models.ShouldBe(["flux-dev", "nano-banana"]);
        grant.Reference.ShouldBe("SUMMER");
        var entry = (await EntriesAsync(account)).ShouldHaveSingleItem();
        entry.Kind.ShouldBe(EntryKind.Grant);
        entry.Key.ShouldBe("promotion-1");
        entry.Description.ShouldBe("A gift");
        entry.Actor.ShouldBe("admin@example.com");
        entry.Reference.ShouldBe("SUMMER");
        entry.GrantKind.ShouldBe(GrantKind.Promotion);
        entry.EndsAt.ShouldBe(expiresAt);
        await ProveAsync(account);
    }

    [Fact]
    public async Task A_hold_sets_credits_aside_and_a_capture_takes_them()
    {
        var account = await NewAccountWith(10);
        var id = NewId();

        var held = await HoldAsync(account, 4, id);
        held.HoldId.ShouldBe(id);
        held.AvailableAfter.ShouldBe(6);
        held.HeldAfter.ShouldBe(4);
        (await StateAsync(account)).Held.ShouldBe(4);

        var settled = await CaptureAsync(account, id);
        settled.Status.ShouldBe(GenerationStatus.Succeeded);
        settled.Captured.ShouldBe(4);
        settled.Released.ShouldBe(0);
        settled.AvailableAfter.ShouldBe(6);
        var state = await StateAsync(account);
        state.Held.ShouldBe(0);
        state.Spent.ShouldBe(4);
        (await KindsAsync(account)).ShouldBe([EntryKind.Grant, EntryKind.Hold, EntryKind.Capture]);
        await ProveAsync(account);
    }

    [Fact]
    public async Task A_release_gives_everything_back()
    {
        var account = await NewAccountWith(10);
        var id = NewId();
        await HoldAsync(account, 4, id);

        var settled = await ReleaseAsync(account, id);

        settled.Status.ShouldBe(GenerationStatus.Failed);
        settled.Captured.ShouldBe(0);
        settled.Released.ShouldBe(4);
        settled.AvailableAfter.ShouldBe(10);
        (await StateAsync(account)).Spent.ShouldBe(0);
        await ProveAsync(account);
    }

    [Fact]
    public async Task A_capture_of_a_part_gives_the_rest_back()
    {
        var account = await NewAccountWith(10);
        var id = NewId();
        await HoldAsync(account, 4, id);

        var settled = await CaptureAsync(account, id, 1.5m);

        settled.Captured.ShouldBe(1.5m);
        settled.Released.ShouldBe(2.5m);
        settled.AvailableAfter.ShouldBe(8.5m);
        await ProveAsync(account);
    }

    [Fact]
    public async Task Several_captures_take_from_one_hold_until_the_final_one()
    {
        var account = await NewAccountWith(10);
        var id = NewId();
        await HoldAsync(account, 4, id);

        var first = (await Store.ExecuteAsync(new CaptureCommand(account, id, 1, End()) { Final = false, Key = "part-1" }, Cancel)).ShouldBeOfType<SettleResult.Settled>();
        var second = (await Store.ExecuteAsync(new CaptureCommand(account, id, 0.5m, End()) { Final = false, Key = "part-2" }, Cancel)).ShouldBeOfType<SettleResult.Settled>();
        var replay = (await Store.ExecuteAsync(new CaptureCommand(account, id, 1, End()) { Final = false, Key = "part-1" }, Cancel)).ShouldBeOfType<SettleResult.Settled>();
        var last = await CaptureAsync(account, id, 2);

        first.Status.ShouldBe(GenerationStatus.Running);
        first.Captured.ShouldBe(1);
        second.Captured.ShouldBe(1.5m);
        replay.Replayed.ShouldBeTrue();
        replay.Captured.ShouldBe(1);
        last.Captured.ShouldBe(3.5m);
        last.Released.ShouldBe(0.5m);
        (await StateAsync(account)).Spent.ShouldBe(3.5m);
        await ProveAsync(account);
    }

    [Fact]
    public async Task More_than_is_held_is_capped_or_taken_from_what_is_available()
    {
        var account = await NewAccountWith(10);
        var (capped, extra) = (NewId(), NewId());
        await HoldAsync(account, 2, capped);
        await HoldAsync(account, 2, extra);

        var one = (await Store.ExecuteAsync(new CaptureCommand(account, capped, 3, End()), Cancel)).ShouldBeOfType<SettleResult.Settled>();
        var two = (await Store.ExecuteAsync(new CaptureCommand(account, extra, 3, End()) { Overrun = OverrunPolicy.Extra }, Cancel)).ShouldBeOfType<SettleResult.Settled>();

        one.Captured.ShouldBe(2);
        one.Uncovered.ShouldBe(1);
        two.Captured.ShouldBe(3);
        two.Uncovered.ShouldBe(0);
        (await StateAsync(account)).Available.ShouldBe(5);
        await ProveAsync(account);
    }

    [Fact]
    public async Task Too_few_credits_refuse_a_hold_and_change_nothing()
    {
        var account = await NewAccountWith(3);
        await HoldAsync(account, 2);

        var refused = (await Store.ExecuteAsync(new HoldCommand(account, NewId(), 2, TimeSpan.FromMinutes(1), Start()), Cancel)).ShouldBeOfType<HoldResult.Insufficient>();

        refused.Required.ShouldBe(2);
        refused.Available.ShouldBe(1);
        refused.CurrentlyHeld.ShouldBe(2);
        refused.Retryable.ShouldBeTrue();
        (await KindsAsync(account)).ShouldBe([EntryKind.Grant, EntryKind.Hold]);
        await ProveAsync(account);
    }

    [Fact]
    public async Task Credits_burn_by_priority_then_expiry_then_free_before_paid_then_age()
    {
        var account = NewAccount();
        var paidOld = await GrantAsync(account, 1);
        var paidNew = await GrantAsync(account, 1);
        var free = await GrantAsync(account, 1, GrantKind.Bonus);
        var late = await GrantAsync(account, 1, expiresAt: Now.AddDays(20));
        var soon = await GrantAsync(account, 1, expiresAt: Now.AddDays(10));
        var first = await GrantAsync(account, 1, priority: -1);
        var last = await GrantAsync(account, 1, GrantKind.Bonus, Now.AddDays(1), priority: 5);

        await HoldAsync(account, 7);

        var slices = (await EntriesAsync(account))[^1].Slices;
        slices.Select(slice => slice.GrantId).ShouldBe(new[] { first, soon, late, free, paidOld, paidNew, last }.Select(grant => grant.GrantId));
        await ProveAsync(account);
    }

    [Fact]
    public async Task Restricted_credits_pay_only_for_their_models()
    {
        var account = await NewAccountWith(1);
        await Store.ExecuteAsync(new GrantCommand(account, GrantKind.Promotion, 5) { Key = "restricted", Models = ["nano-banana"] }, Cancel);

        var refused = (await Store.ExecuteAsync(new HoldCommand(account, NewId(), 2, TimeSpan.FromMinutes(1), Start("flux-dev")), Cancel)).ShouldBeOfType<HoldResult.Insufficient>();
        await HoldAsync(account, 6, model: "nano-banana");

        refused.Available.ShouldBe(1);
        (await StateAsync(account)).Available.ShouldBe(0);
        await ProveAsync(account);
    }

    [Fact]
    public async Task A_revoke_takes_what_is_there_and_the_rest_becomes_debt_that_later_credits_repay_first()
    {
        var account = NewAccount();
        var grant = await GrantAsync(account, 10);
        var id = NewId();
        await HoldAsync(account, 4, id);
        await CaptureAsync(account, id);

        var revoked = (await Store.ExecuteAsync(new RevokeCommand(account, grant.GrantId, null) { Key = "dispute-1", ToDebt = true, Actor = "stripe", Reference = "dp_1" }, Cancel)).ShouldBeOfType<RevokeResult.Done>();
        var indebted = await StateAsync(account);
        var repaid = await GrantAsync(account, 5);

        revoked.Revoked.ShouldBe(6);
        revoked.BecameDebt.ShouldBe(4);
        indebted.Debt.ShouldBe(4);
        indebted.Available.ShouldBe(0);
        repaid.DebtRepaid.ShouldBe(4);
        repaid.AvailableAfter.ShouldBe(1);
        var state = await StateAsync(account);
        state.Debt.ShouldBe(0);
        state.Available.ShouldBe(1);
        (await KindsAsync(account)).ShouldBe([EntryKind.Grant, EntryKind.Hold, EntryKind.Capture, EntryKind.Revoke, EntryKind.Grant, EntryKind.Repay]);
        await ProveAsync(account);
    }

    [Fact]
    public async Task A_revoke_never_takes_more_than_the_grant_gave()
    {
        var account = NewAccount();
        var grant = await GrantAsync(account, 10);
        await Store.ExecuteAsync(new RevokeCommand(account, grant.GrantId, 4) { Key = "refund-1" }, Cancel);

        var tooMuch = (await Store.ExecuteAsync(new RevokeCommand(account, grant.GrantId, 7) { Key = "refund-2", ToDebt = true }, Cancel)).ShouldBeOfType<RevokeResult.TooMuch>();
        var none = await Store.ExecuteAsync(new RevokeCommand(account, 999, 1) { Key = "refund-3" }, Cancel);

        tooMuch.Revocable.ShouldBe(6);
        none.ShouldBeOfType<RevokeResult.NotFound>();
        (await StateAsync(account)).Available.ShouldBe(6);
        await ProveAsync(account);
    }

    [Fact]
    public async Task A_refund_gives_credits_back_to_the_grants_that_paid_once()
    {
        var account = NewAccount();
        var first = await GrantAsync(account, 3, priority: -1);
        var second = await GrantAsync(account, 7);
        var id = NewId();
        await HoldAsync(account, 5, id);
        var running = await Store.ExecuteAsync(new RefundCommand(account, id) { Key = "too-early" }, Cancel);
        await CaptureAsync(account, id, 4);

        var refunded = (await Store.ExecuteAsync(new RefundCommand(account, id) { Key = "refund" }, Cancel)).ShouldBeOfType<RefundResult.Done>();
        var again = (await Store.ExecuteAsync(new RefundCommand(account, id) { Key = "refund-again" }, Cancel)).ShouldBeOfType<RefundResult.NotCharged>();
        var nothing = await Store.ExecuteAsync(new RefundCommand(account, NewId()) { Key = "refund-nothing" }, Cancel);

        running.ShouldBeOfType<RefundResult.NotCharged>().Status.ShouldBe(GenerationStatus.Running);
        refunded.Refunded.ShouldBe(4);
        refunded.AvailableAfter.ShouldBe(10);
        again.Status.ShouldBe(GenerationStatus.Refunded);
        nothing.ShouldBeOfType<RefundResult.NotFound>();
        var grants = (await Store.GetAccountAsync(account, Cancel)).LiveGrants;
        grants.Select(grant => (grant.Id, grant.Available)).ShouldBe([(first.GrantId, 3), (second.GrantId, 7)]);
        (await Store.FindGenerationAsync(account, id, Cancel))!.Status.ShouldBe(GenerationStatus.Refunded);
        await ProveAsync(account);
    }

    [Fact]
    public async Task A_refund_reaches_grants_that_were_used_up_long_ago()
    {
        var account = NewAccount();
        var grant = await GrantAsync(account, 2);
        var id = NewId();
        await HoldAsync(account, 2, id);
        await CaptureAsync(account, id);
        (await Store.GetAccountAsync(account, Cancel)).LiveGrants.ShouldBeEmpty();
        await GrantAsync(account, 5);

        await Store.ExecuteAsync(new RefundCommand(account, id) { Key = "refund" }, Cancel);

        (await Store.GetAccountAsync(account, Cancel)).LiveGrants.Single(live => live.Id == grant.GrantId).Available.ShouldBe(2);
        await ProveAsync(account);
    }

    [Fact]
    public async Task A_frozen_account_refuses_holds_but_settles_what_is_held()
    {
        var account = await NewAccountWith(10);
        var id = NewId();
        await HoldAsync(account, 4, id);

        await Store.ExecuteAsync(new FreezeCommand(account, true) { Key = "freeze", Description = "Dispute" }, Cancel);
        var refused = await Store.ExecuteAsync(new HoldCommand(account, NewId(), 1, TimeSpan.FromMinutes(1), Start()), Cancel);
        var settled = await CaptureAsync(account, id);
        (await StateAsync(account)).Frozen.ShouldBeTrue();
        await Store.ExecuteAsync(new FreezeCommand(account, false) { Key = "unfreeze" }, Cancel);
        await HoldAsync(account, 1);

        refused.ShouldBeOfType<HoldResult.Frozen>();
        settled.Captured.ShouldBe(4);
        (await KindsAsync(account)).ShouldBe([EntryKind.Grant, EntryKind.Hold, EntryKind.Freeze, EntryKind.Capture, EntryKind.Unfreeze, EntryKind.Hold]);
        await ProveAsync(account);
    }

    [Fact]
    public async Task Welcome_credits_are_given_once_whatever_the_key()
    {
        var account = NewAccount();

        var first = await Store.ExecuteAsync(new GrantCommand(account, GrantKind.Welcome, 50) { Key = "welcome" }, Cancel);
        var second = await Store.ExecuteAsync(new GrantCommand(account, GrantKind.Welcome, 50) { Key = "welcome-2" }, Cancel);

        first.ShouldBeOfType<GrantResult.Granted>();
        second.ShouldBeOfType<GrantResult.AlreadyWelcomed>();
        var state = await StateAsync(account);
        state.Welcomed.ShouldBeTrue();
        state.Issued.ShouldBe(50);
    }

    [Fact]
    public async Task What_does_not_exist_is_not_found()
    {
        var account = await NewAccountWith(1);

        (await Store.ExecuteAsync(new CaptureCommand(account, NewId(), null, End()), Cancel)).ShouldBeOfType<SettleResult.NotFound>();
        (await Store.ExecuteAsync(new ReleaseCommand(account, NewId(), End()), Cancel)).ShouldBeOfType<SettleResult.NotFound>();
        (await Store.ExecuteAsync(new RenewCommand(account, NewId(), TimeSpan.FromMinutes(1)), Cancel)).ShouldBeOfType<RenewResult.NotOpen>();
        (await KindsAsync(account)).ShouldBe([EntryKind.Grant]);
    }

    [Fact]
    public async Task Accounts_share_nothing()
    {
        var (one, other) = (await NewAccountWith(10), await NewAccountWith(20));
        var id = NewId();
        await HoldAsync(one, 4, id);

        (await Store.ExecuteAsync(new CaptureCommand(other, id, null, End()), Cancel)).ShouldBeOfType<SettleResult.NotFound>();
        (await Store.FindGenerationAsync(other, id, Cancel)).ShouldBeNull();
        await HoldAsync(other, 5, id);
        (await Store.ExecuteAsync(new GrantCommand(one, GrantKind.Bonus, 1) { Key = "same" }, Cancel)).ShouldBeOfType<GrantResult.Granted>();
        (await Store.ExecuteAsync(new GrantCommand(other, GrantKind.Bonus, 2) { Key = "same" }, Cancel)).ShouldBeOfType<GrantResult.Granted>();

        await CaptureAsync(one, id);
        (await StateAsync(other)).Held.ShouldBe(5);
        (await StateAsync(one)).Spent.ShouldBe(4);
        await ProveAsync(one);
        await ProveAsync(other);
    }

    [Fact]
    public async Task Account_ids_are_told_apart_by_case_and_by_every_character()
    {
        var suffix = NewId();
        var (upper, lower, trailing) = (new AccountId($"User-{suffix}"), new AccountId($"user-{suffix}"), new AccountId($"user-{suffix} "));
        await GrantAsync(upper, 1);
        await GrantAsync(lower, 2);
        await GrantAsync(trailing, 3);

        (await StateAsync(upper)).Available.ShouldBe(1);
        (await StateAsync(lower)).Available.ShouldBe(2);
        (await StateAsync(trailing)).Available.ShouldBe(3);
    }

    [Fact]
    public async Task The_check_passes_on_a_store_that_works() => await Store.CheckAsync(Cancel);
}
