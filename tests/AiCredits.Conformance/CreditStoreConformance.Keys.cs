using AiCredits.Ledger;

namespace AiCredits.Conformance;

/// <summary>Repeats: the same request gets the first answer, another one a conflict.</summary>
public abstract partial class CreditStoreConformance
{
    [Fact]
    public async Task A_repeated_grant_gets_the_first_answer()
    {
        var account = NewAccount();
        var command = new GrantCommand(account, GrantKind.Purchase, 10) { Key = "purchase-1", Reference = "pi_1" };

        var first = (await Store.ExecuteAsync(command, Cancel)).ShouldBeOfType<GrantResult.Granted>();
        await GrantAsync(account, 5);
        var again = (await Store.ExecuteAsync(command with { Description = "told otherwise" }, Cancel)).ShouldBeOfType<GrantResult.Granted>();

        again.Replayed.ShouldBeTrue();
        (again with { Replayed = false }).ShouldBe(first);
        (await StateAsync(account)).Issued.ShouldBe(15);
    }

    [Fact]
    public async Task The_same_key_with_another_request_is_a_conflict_and_changes_nothing()
    {
        var account = NewAccount();
        await Store.ExecuteAsync(new GrantCommand(account, GrantKind.Purchase, 10) { Key = "key" }, Cancel);

        (await Store.ExecuteAsync(new GrantCommand(account, GrantKind.Purchase, 11) { Key = "key" }, Cancel)).ShouldBeOfType<GrantResult.KeyConflict>().ConflictingKey.ShouldBe("key");
        (await Store.ExecuteAsync(new GrantCommand(account, GrantKind.Bonus, 10) { Key = "key" }, Cancel)).ShouldBeOfType<GrantResult.KeyConflict>();
        (await Store.ExecuteAsync(new HoldCommand(account, NewId(), 1, TimeSpan.FromMinutes(1), Start()) { Key = "key" }, Cancel)).ShouldBeOfType<HoldResult.KeyConflict>();
        (await Store.ExecuteAsync(new RevokeCommand(account, 1, 1) { Key = "key" }, Cancel)).ShouldBeOfType<RevokeResult.KeyConflict>();
        (await Store.ExecuteAsync(new FreezeCommand(account, true) { Key = "key" }, Cancel)).ShouldBeOfType<FreezeResult.KeyConflict>();
        (await Store.ExecuteAsync(new RefundCommand(account, NewId()) { Key = "key" }, Cancel)).ShouldBeOfType<RefundResult.KeyConflict>();

        (await KindsAsync(account)).ShouldBe([EntryKind.Grant]);
    }

    [Fact]
    public async Task A_hold_is_repeated_by_its_id_while_it_runs_and_after_it_is_over()
    {
        var account = await NewAccountWith(10);
        var command = new HoldCommand(account, NewId(), 4, TimeSpan.FromDays(1), Start());

        var first = (await Store.ExecuteAsync(command, Cancel)).ShouldBeOfType<HoldResult.Held>();
        var running = (await Store.ExecuteAsync(command, Cancel)).ShouldBeOfType<HoldResult.Held>();
        await CaptureAsync(account, command.HoldId);
        var over = (await Store.ExecuteAsync(command, Cancel)).ShouldBeOfType<HoldResult.Held>();
        var other = await Store.ExecuteAsync(command with { Amount = 5 }, Cancel);

        running.Replayed.ShouldBeTrue();
        running.Finished.ShouldBeNull();
        (running with { Replayed = false }).ShouldBe(first);
        over.Replayed.ShouldBeTrue();
        over.Finished!.Status.ShouldBe(GenerationStatus.Succeeded);
        other.ShouldBeOfType<HoldResult.KeyConflict>();
        (await StateAsync(account)).Spent.ShouldBe(4);
        await ProveAsync(account);
    }

    [Fact]
    public async Task A_hold_is_repeated_by_its_key_under_another_id()
    {
        var account = await NewAccountWith(10);
        var first = NewId();
        var command = new HoldCommand(account, first, 4, TimeSpan.FromDays(1), Start()) { Key = "request-1" };

        await Store.ExecuteAsync(command, Cancel);
        var running = (await Store.ExecuteAsync(command with { HoldId = NewId() }, Cancel)).ShouldBeOfType<HoldResult.Held>();
        await ReleaseAsync(account, first);
        var over = (await Store.ExecuteAsync(command with { HoldId = NewId() }, Cancel)).ShouldBeOfType<HoldResult.Held>();

        running.HoldId.ShouldBe(first);
        running.Replayed.ShouldBeTrue();
        over.HoldId.ShouldBe(first);
        over.Finished!.Status.ShouldBe(GenerationStatus.Failed);
        (await StateAsync(account)).Available.ShouldBe(10);
    }

    [Fact]
    public async Task A_refusal_is_kept_under_its_key_and_a_new_key_asks_anew()
    {
        var account = await NewAccountWith(1);
        var command = new HoldCommand(account, NewId(), 4, TimeSpan.FromDays(1), Start()) { Key = "request-1" };

        var first = (await Store.ExecuteAsync(command, Cancel)).ShouldBeOfType<HoldResult.Insufficient>();
        await GrantAsync(account, 10);
        var again = (await Store.ExecuteAsync(command, Cancel)).ShouldBeOfType<HoldResult.Insufficient>();
        var other = await Store.ExecuteAsync(command with { Amount = 3 }, Cancel);
        var anew = await Store.ExecuteAsync(command with { Key = "request-2" }, Cancel);

        again.Replayed.ShouldBeTrue();
        (again.Required, again.Available, again.CurrentlyHeld).ShouldBe((first.Required, first.Available, first.CurrentlyHeld));
        other.ShouldBeOfType<HoldResult.KeyConflict>();
        anew.ShouldBeOfType<HoldResult.Held>();
    }

    [Fact]
    public async Task A_refusal_of_a_frozen_account_is_kept_under_its_key()
    {
        var account = await NewAccountWith(10);
        await Store.ExecuteAsync(new FreezeCommand(account, true) { Key = "freeze" }, Cancel);
        var command = new HoldCommand(account, NewId(), 4, TimeSpan.FromDays(1), Start()) { Key = "request-1" };

        await Store.ExecuteAsync(command, Cancel);
        await Store.ExecuteAsync(new FreezeCommand(account, false) { Key = "unfreeze" }, Cancel);
        var again = await Store.ExecuteAsync(command, Cancel);

        again.ShouldBeOfType<HoldResult.Frozen>().Replayed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_second_settlement_gets_the_first_ones_result()
    {
        var account = await NewAccountWith(10);
        var (captured, released) = (NewId(), NewId());
        await HoldAsync(account, 4, captured);
        await HoldAsync(account, 3, released);
        var first = await CaptureAsync(account, captured, 1);
        var second = await ReleaseAsync(account, released);

        var releaseAfterCapture = await ReleaseAsync(account, captured);
        var captureAfterRelease = await CaptureAsync(account, released);

        (releaseAfterCapture with { Replayed = false }).ShouldBe(first);
        (captureAfterRelease with { Replayed = false }).ShouldBe(second);
        releaseAfterCapture.Replayed.ShouldBeTrue();
        (await StateAsync(account)).Spent.ShouldBe(1);
        await ProveAsync(account);
    }

    [Fact]
    public async Task Repeated_revokes_refunds_and_freezes_happen_once()
    {
        var account = NewAccount();
        var grant = await GrantAsync(account, 10);
        var id = NewId();
        await HoldAsync(account, 4, id);
        await CaptureAsync(account, id);
        var refund = new RefundCommand(account, id) { Key = "refund" };
        var revoke = new RevokeCommand(account, grant.GrantId, 3) { Key = "revoke" };
        var freeze = new FreezeCommand(account, true) { Key = "freeze" };

        var refunded = (await Store.ExecuteAsync(refund, Cancel)).ShouldBeOfType<RefundResult.Done>();
        var revoked = (await Store.ExecuteAsync(revoke, Cancel)).ShouldBeOfType<RevokeResult.Done>();
        await Store.ExecuteAsync(freeze, Cancel);
        var entries = await EntriesAsync(account);

        ((await Store.ExecuteAsync(refund, Cancel)) with { Replayed = false }).ShouldBe(refunded);
        ((await Store.ExecuteAsync(revoke, Cancel)) with { Replayed = false }).ShouldBe(revoked);
        (await Store.ExecuteAsync(freeze, Cancel)).Replayed.ShouldBeTrue();
        (await EntriesAsync(account)).Count.ShouldBe(entries.Count);
        await ProveAsync(account);
    }

    [Fact]
    public async Task Keys_are_told_apart_by_case()
    {
        var account = NewAccount();
        await Store.ExecuteAsync(new GrantCommand(account, GrantKind.Bonus, 1) { Key = "key" }, Cancel);

        var other = await Store.ExecuteAsync(new GrantCommand(account, GrantKind.Bonus, 1) { Key = "KEY" }, Cancel);

        other.ShouldBeOfType<GrantResult.Granted>().Replayed.ShouldBeFalse();
        (await StateAsync(account)).Issued.ShouldBe(2);
    }

    [Fact]
    public async Task A_second_instance_sees_what_the_first_one_did()
    {
        var second = await CreateSecondAsync();
        var account = await NewAccountWith(10);
        var command = new HoldCommand(account, NewId(), 4, TimeSpan.FromDays(1), Start());
        await Store.ExecuteAsync(command, Cancel);

        (await second.ExecuteAsync(command, Cancel)).Replayed.ShouldBeTrue();
        await second.ExecuteAsync(new CaptureCommand(account, command.HoldId, null, End()), Cancel);

        (await CaptureAsync(account, command.HoldId)).Replayed.ShouldBeTrue();
        (await StateAsync(account)).Spent.ShouldBe(4);
        await LedgerProof.EnsureAsync(second, account, Cancel);
    }
}
