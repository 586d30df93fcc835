using AiCredits.Ledger;

namespace AiCredits.Conformance;

/// <summary>What ends by itself, by the store's clock.</summary>
public abstract partial class CreditStoreConformance
{
    [Fact]
    public async Task A_hold_that_nobody_settles_ends_at_its_time_whoever_looks_first()
    {
        var account = await NewAccountWith(10);
        var id = NewId();
        var held = await HoldAsync(account, 4, id, Span);
        await PassAsync(Span);

        var read = await Store.GetAccountAsync(account, Cancel);
        await Store.ExecuteAsync(new TouchCommand(account), Cancel);

        read.State.Available.ShouldBe(10, "reads subtract what is due");
        read.State.Held.ShouldBe(0);
        var entry = (await EntriesAsync(account))[^1];
        entry.Kind.ShouldBe(EntryKind.Release);
        entry.At.ShouldBe(held.ExpiresAt);
        var generation = (await Store.FindGenerationAsync(account, id, Cancel))!;
        generation.Status.ShouldBe(GenerationStatus.Expired);
        generation.EndedAt.ShouldBe(held.ExpiresAt);
        await ProveAsync(account);
    }

    [Fact]
    public async Task A_hold_may_say_that_it_is_captured_when_nobody_settles_it()
    {
        var account = await NewAccountWith(10);
        var id = NewId();
        await Store.ExecuteAsync(new HoldCommand(account, id, 4, Span, Start()) { OnExpiry = HoldExpiryPolicy.Capture }, Cancel);
        await PassAsync(Span);

        (await StateAsync(account)).Spent.ShouldBe(4);
        var late = await CaptureAsync(account, id);

        late.Replayed.ShouldBeTrue();
        late.Captured.ShouldBe(4);
        await ProveAsync(account);
    }

    [Fact]
    public async Task Credits_expire_at_their_time_and_not_before()
    {
        var account = NewAccount();
        var expiresAt = Now + Span;
        await GrantAsync(account, 10, expiresAt: expiresAt);
        await GrantAsync(account, 5);
        if (LivesByClock)
        {
            Clock.Advance(Span - TimeSpan.FromMicroseconds(1));
            (await StateAsync(account)).Available.ShouldBe(15);
            Clock.Advance(TimeSpan.FromMicroseconds(1));
        }
        else
        {
            (await StateAsync(account)).Available.ShouldBe(15);
            await PassAsync(Span);
        }

        var state = await StateAsync(account);
        state.Available.ShouldBe(5);
        state.Expired.ShouldBe(10);
        (await Store.ExecuteAsync(new HoldCommand(account, NewId(), 6, TimeSpan.FromMinutes(1), Start()), Cancel)).ShouldBeOfType<HoldResult.Insufficient>().Available.ShouldBe(5);
        var entry = (await EntriesAsync(account))[^1];
        entry.Kind.ShouldBe(EntryKind.Expire);
        entry.At.ShouldBe(expiresAt);
        await ProveAsync(account);
    }

    [Fact]
    public async Task Expiry_does_not_touch_credits_under_a_hold()
    {
        var account = NewAccount();
        await GrantAsync(account, 10, expiresAt: Now + Span);
        var (captured, released) = (NewId(), NewId());
        await HoldAsync(account, 4, captured);
        await HoldAsync(account, 3, released);
        await PassAsync(Span);

        var afterExpiry = await StateAsync(account);
        var settled = await CaptureAsync(account, captured);
        var returned = await ReleaseAsync(account, released);

        (afterExpiry.Available, afterExpiry.Held, afterExpiry.Expired).ShouldBe((0, 7, 3));
        settled.Captured.ShouldBe(4);
        returned.Released.ShouldBe(3);
        returned.AvailableAfter.ShouldBe(0);
        (await StateAsync(account)).Expired.ShouldBe(6);
        await ProveAsync(account);
    }

    [Fact]
    public async Task What_is_due_is_written_in_the_order_of_time()
    {
        var account = NewAccount();
        await GrantAsync(account, 10, expiresAt: Now + (Span * 2));
        await GrantAsync(account, 10, expiresAt: Now + (Span * 3));
        await HoldAsync(account, 4, lease: Span);
        await Store.ExecuteAsync(new GrantCommand(account, GrantKind.Plan, 5) { Key = "later", EffectiveAt = Now + (Span * 2.5) }, Cancel);
        await PassAsync(Span * 4);

        await Store.ExecuteAsync(new TouchCommand(account), Cancel);

        (await KindsAsync(account)).ShouldBe([EntryKind.Grant, EntryKind.Grant, EntryKind.Hold, EntryKind.Schedule, EntryKind.Release, EntryKind.Expire, EntryKind.Grant, EntryKind.Expire]);
        (await StateAsync(account)).Available.ShouldBe(5);
        await ProveAsync(account);
    }

    [Fact]
    public async Task A_scheduled_grant_can_be_spent_from_its_time_on()
    {
        var account = NewAccount();
        var scheduled = (await Store.ExecuteAsync(new GrantCommand(account, GrantKind.Plan, 5) { Key = "next-month", EffectiveAt = Now + Span }, Cancel)).ShouldBeOfType<GrantResult.Granted>();

        var before = await Store.GetAccountAsync(account, Cancel);
        await PassAsync(Span);
        await HoldAsync(account, 5);

        scheduled.AvailableAfter.ShouldBe(0);
        before.State.Available.ShouldBe(0);
        before.LiveGrants.ShouldHaveSingleItem().Pending.ShouldBeTrue();
        (await KindsAsync(account)).ShouldBe([EntryKind.Schedule, EntryKind.Grant, EntryKind.Hold]);
        await ProveAsync(account);
    }

    [Fact]
    public async Task A_capture_after_the_hold_has_ended_is_charged_late_if_the_account_can_pay()
    {
        var account = await NewAccountWith(10);
        var (paid, refused, declined) = (NewId(), NewId(), NewId());
        await HoldAsync(account, 2, paid, Span);
        await HoldAsync(account, 2, refused, Span);
        await HoldAsync(account, 2, declined, Span);
        await PassAsync(Span);

        var late = await CaptureAsync(account, paid);
        var again = await CaptureAsync(account, paid);
        var notCharged = (await Store.ExecuteAsync(new CaptureCommand(account, declined, null, End()) { ChargeWhenExpired = false }, Cancel)).ShouldBeOfType<SettleResult.Settled>();
        await HoldAsync(account, 7);
        var insufficient = (await Store.ExecuteAsync(new CaptureCommand(account, refused, null, End()), Cancel)).ShouldBeOfType<SettleResult.Insufficient>();

        late.ChargedLate.ShouldBeTrue();
        late.Captured.ShouldBe(2);
        late.Status.ShouldBe(GenerationStatus.Succeeded);
        again.Replayed.ShouldBeTrue();
        again.Captured.ShouldBe(2);
        notCharged.Status.ShouldBe(GenerationStatus.Expired);
        notCharged.Captured.ShouldBe(0);
        (insufficient.Required, insufficient.Available).ShouldBe((2, 1));
        (await StateAsync(account)).Spent.ShouldBe(2);
        await ProveAsync(account);
    }

    [Fact]
    public async Task A_renewed_hold_lives_on_and_is_never_shortened()
    {
        var account = await NewAccountWith(10);
        var id = NewId();
        var held = await HoldAsync(account, 4, id, Span);

        var same = (await Store.ExecuteAsync(new RenewCommand(account, id, Span / 2), Cancel)).ShouldBeOfType<RenewResult.Renewed>();
        var longer = (await Store.ExecuteAsync(new RenewCommand(account, id, Span * 50), Cancel)).ShouldBeOfType<RenewResult.Renewed>();
        await PassAsync(Span);
        await Store.ExecuteAsync(new TouchCommand(account), Cancel);

        same.ExpiresAt.ShouldBe(held.ExpiresAt);
        longer.ExpiresAt.ShouldBeGreaterThan(held.ExpiresAt);
        (await StateAsync(account)).Held.ShouldBe(4);
        (await CaptureAsync(account, id)).ChargedLate.ShouldBeFalse();
        await ProveAsync(account);
    }

    [Fact]
    public async Task A_hold_can_be_repeated_by_id_and_key_after_it_ended_by_itself()
    {
        var account = await NewAccountWith(10);
        var command = new HoldCommand(account, NewId(), 4, Span, Start()) { Key = "request" };
        await Store.ExecuteAsync(command, Cancel);
        await PassAsync(Span);

        var byKey = (await Store.ExecuteAsync(command with { HoldId = NewId() }, Cancel)).ShouldBeOfType<HoldResult.Held>();
        var byId = (await Store.ExecuteAsync(command with { Key = null }, Cancel)).ShouldBeOfType<HoldResult.Held>();

        byKey.HoldId.ShouldBe(command.HoldId);
        byKey.Finished!.Status.ShouldBe(GenerationStatus.Expired);
        byId.Finished!.Status.ShouldBe(GenerationStatus.Expired);
        (await StateAsync(account)).Available.ShouldBe(10);
    }

    [Fact]
    public async Task The_sweeper_writes_what_is_due_and_nothing_else()
    {
        var due = new List<AccountId>();
        for (var index = 0; index < 5; index++)
        {
            var account = await NewAccountWith(10);
            await HoldAsync(account, 1, lease: Span);
            due.Add(account);
        }

        var expiring = NewAccount();
        await GrantAsync(expiring, 10, expiresAt: Now + Span);
        due.Add(expiring);
        var scheduled = NewAccount();
        await Store.ExecuteAsync(new GrantCommand(scheduled, GrantKind.Plan, 5) { Key = "later", EffectiveAt = Now + Span }, Cancel);
        due.Add(scheduled);
        var quiet = await NewAccountWith(10);
        await HoldAsync(quiet, 1, lease: TimeSpan.FromDays(2));
        (await Store.SettleDueAsync(100, Cancel)).ShouldBe(0);
        await PassAsync(Span);

        (await Store.SettleDueAsync(3, Cancel)).ShouldBe(3);
        (await Store.SettleDueAsync(100, Cancel)).ShouldBe(4);
        (await Store.SettleDueAsync(100, Cancel)).ShouldBe(0);

        foreach (var account in due.Take(5))
        {
            (await KindsAsync(account)).ShouldBe([EntryKind.Grant, EntryKind.Hold, EntryKind.Release]);
            await ProveAsync(account);
        }

        (await KindsAsync(expiring)).ShouldBe([EntryKind.Grant, EntryKind.Expire]);
        (await KindsAsync(scheduled)).ShouldBe([EntryKind.Schedule, EntryKind.Grant]);
        (await KindsAsync(quiet)).ShouldBe([EntryKind.Grant, EntryKind.Hold]);
    }

    [Fact]
    public async Task Sweepers_of_several_instances_at_once_write_everything_once()
    {
        var accounts = new List<AccountId>();
        for (var index = 0; index < 20; index++)
        {
            var account = await NewAccountWith(10);
            await HoldAsync(account, 1, lease: Span);
            accounts.Add(account);
        }

        await PassAsync(Span);
        await AtOnceAsync(6, (store, _) => store.SettleDueAsync(100, Cancel));
        while (await Store.SettleDueAsync(100, Cancel) > 0)
        {
            // A sweep may leave to another one what that one has locked.
        }

        foreach (var account in accounts)
        {
            (await KindsAsync(account)).ShouldBe([EntryKind.Grant, EntryKind.Hold, EntryKind.Release]);
        }
    }
}
