using AiCredits.Ledger;

namespace AiCredits.Core.Tests.Ledger;

/// <summary>Keys: the same request gets the same answer, another one a conflict.</summary>
public sealed class AccountBookKeyTests
{
    private readonly Desk _desk = new();

    public static TheoryData<string> Settings => new(nameof(GrantCommand.Kind), nameof(GrantCommand.Amount), nameof(GrantCommand.Priority), nameof(GrantCommand.EffectiveAt), nameof(GrantCommand.ExpiresAt), nameof(GrantCommand.Models), nameof(GrantCommand.Reference));

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_setting_of_a_grant_that_matters_makes_it_another_request(string setting)
    {
        var command = new GrantCommand(Desk.Account, GrantKind.Bonus, 5) { Key = "key" };
        _desk.Do(command);

        var other = setting switch
        {
            nameof(GrantCommand.Kind) => new GrantCommand(Desk.Account, GrantKind.Plan, 5) { Key = "key" },
            nameof(GrantCommand.Amount) => new GrantCommand(Desk.Account, GrantKind.Bonus, 5.000001m) { Key = "key" },
            nameof(GrantCommand.Priority) => command with { Priority = 1 },
            nameof(GrantCommand.EffectiveAt) => command with { EffectiveAt = Desk.Noon.AddDays(1) },
            nameof(GrantCommand.ExpiresAt) => command with { ExpiresAt = Desk.Noon.AddDays(1) },
            nameof(GrantCommand.Models) => command with { Models = ["flux-dev"] },
            _ => command with { Reference = "reference" },
        };

        _desk.Do(other).ShouldBe(new GrantResult.KeyConflict("key"));
        _desk.Do(command with { Description = "other words", Actor = "somebody" }).Replayed.ShouldBeTrue();
    }

    [Fact]
    public void A_repeat_gets_the_answer_of_then_whatever_happened_since()
    {
        var spent = _desk.Grant(5);
        _desk.Capture(_desk.Hold(5));
        var revoke = new RevokeCommand(Desk.Account, spent, null) { Key = "revoke", ToDebt = true };
        var grant = new GrantCommand(Desk.Account, GrantKind.Purchase, 8) { Key = "grant" };
        var hold = new HoldCommand(Desk.Account, Guid.CreateVersion7(), 2, TimeSpan.FromHours(1), new GenerationStart { Model = "flux-dev" }) { Key = "hold" };
        var part = new CaptureCommand(Desk.Account, hold.HoldId, 1, Desk.End()) { Key = "part", Final = false };
        var over = new CaptureCommand(Desk.Account, hold.HoldId, 7, Desk.End()) { Key = "over" };
        LedgerResult[] first = [_desk.Do(revoke), _desk.Do(grant), _desk.Do(hold), _desk.Do(part), _desk.Do(over)];
        _desk.Grant(100);
        _desk.Now += TimeSpan.FromDays(2);
        _desk.Ledger.Close();

        LedgerResult[] again = [_desk.Do(revoke), _desk.Do(grant), _desk.Do(hold), _desk.Do(part), _desk.Do(over)];

        first[0].ShouldBe(new RevokeResult.Done(0, 5, 0));
        first[1].ShouldBe(new GrantResult.Granted(5, 8, 5, 3));
        first[4].ShouldBeOfType<SettleResult.Settled>().Uncovered.ShouldBe(6);
        again.ShouldAllBe(result => result.Replayed);
        for (var index = 0; index < first.Length; index++)
        {
            var result = again[index] with { Replayed = false };
            (result is HoldResult.Held held ? held with { Finished = null } : result).ShouldBe(first[index]);
        }
    }

    [Fact]
    public void A_key_that_carries_a_refusal_belongs_to_that_request_alone()
    {
        _desk.TryHold(5, key: "key").ShouldBeOfType<HoldResult.Insufficient>();
        var grant = _desk.Grant(5);
        var hold = _desk.Hold(1);

        _desk.Do(new GrantCommand(Desk.Account, GrantKind.Bonus, 1) { Key = "key" }).ShouldBeOfType<GrantResult.KeyConflict>();
        _desk.Do(new RevokeCommand(Desk.Account, grant, 1) { Key = "key" }).ShouldBeOfType<RevokeResult.KeyConflict>();
        _desk.Do(new RefundCommand(Desk.Account, hold) { Key = "key" }).ShouldBeOfType<RefundResult.KeyConflict>();
        _desk.Do(new FreezeCommand(Desk.Account, true) { Key = "key" }).ShouldBeOfType<FreezeResult.KeyConflict>();
        _desk.Do(new CaptureCommand(Desk.Account, hold, null, Desk.End()) { Key = "key" }).ShouldBeOfType<SettleResult.KeyConflict>();
        _desk.Do(new ReleaseCommand(Desk.Account, hold, Desk.End()) { Key = "key" }).ShouldBeOfType<SettleResult.KeyConflict>();
        _desk.TryHold(5, key: "key").ShouldBe(new HoldResult.Insufficient(5, 0, 0) { Replayed = true });
        _desk.TryHold(4, key: "key").ShouldBeOfType<HoldResult.KeyConflict>();
    }

    [Fact]
    public void A_refusal_without_a_key_of_the_callers_is_not_kept()
    {
        var id = Guid.CreateVersion7();
        _desk.TryHold(5, id).ShouldBeOfType<HoldResult.Insufficient>();
        _desk.Grant(5);

        _desk.TryHold(5, id).ShouldBeOfType<HoldResult.Held>();
    }

    [Fact]
    public void A_refusal_is_not_kept_while_welcome_credits_may_still_come()
    {
        var command = new HoldCommand(Desk.Account, Guid.CreateVersion7(), 5, TimeSpan.FromHours(1), new GenerationStart { Model = "flux-dev" }) { Key = "key", WelcomeFirst = true };

        _desk.Do(command).ShouldBe(new HoldResult.Insufficient(5, 0, 0));
        _desk.Grant(2, GrantKind.Welcome);
        _desk.Do(command).ShouldBe(new HoldResult.Insufficient(5, 2, 0) { Welcomed = true });
        _desk.Grant(50);
        _desk.Do(command).ShouldBe(new HoldResult.Insufficient(5, 2, 0) { Welcomed = true, Replayed = true });
    }

    [Fact]
    public void An_id_names_one_request_for_ever()
    {
        _desk.Grant(10);
        var id = _desk.Hold(2);

        _desk.TryHold(3, id).ShouldBeOfType<HoldResult.KeyConflict>().ConflictingKey.ShouldBe(id.ToString());
        _desk.TryHold(2, id, model: "nano-banana").ShouldBeOfType<HoldResult.KeyConflict>();
        _desk.Release(id);
        _desk.TryHold(3, id).ShouldBeOfType<HoldResult.KeyConflict>();
        _desk.TryHold(2, id).ShouldBeOfType<HoldResult.Held>().Finished!.Status.ShouldBe(GenerationStatus.Failed);
        _desk.State.Held.ShouldBe(0);
    }

    [Fact]
    public void A_repeated_hold_tells_the_amount_that_was_held_then()
    {
        _desk.Grant(10);
        var id = _desk.Hold(2);
        _desk.Capture(id, 5, final: false, OverrunPolicy.Extra);

        _desk.TryHold(2, id).ShouldBeOfType<HoldResult.Held>().ShouldSatisfyAllConditions(held => held.Amount.ShouldBe(2), held => held.AvailableAfter.ShouldBe(8), held => held.HeldAfter.ShouldBe(2));
    }

    [Fact]
    public void Once_settled_always_settled_whatever_the_second_settlement_asks()
    {
        _desk.Grant(10);
        var id = _desk.Hold(4);
        var first = _desk.Capture(id, 1);

        _desk.Do(new CaptureCommand(Desk.Account, id, 4, Desk.End()) { Key = "other" }).ShouldBe(first with { Replayed = true });
        _desk.Do(new ReleaseCommand(Desk.Account, id, Desk.End()) { Key = "third" }).ShouldBe(first with { Replayed = true });
        _desk.Do(new CaptureCommand(Desk.Account, id, 1, Desk.End()) { Key = "part", Final = false }).ShouldBe(first with { Replayed = true });
        _desk.State.Spent.ShouldBe(1);
    }

    [Fact]
    public void A_command_that_can_never_be_right_changes_nothing_not_even_what_is_due()
    {
        _desk.Grant(10);
        _desk.Hold(1, TimeSpan.FromMinutes(1));
        _desk.Now += TimeSpan.FromHours(1);
        var before = _desk.State;

        Should.Throw<ArgumentException>(() => _desk.TryHold(0));
        Should.Throw<ArgumentException>(() => _desk.Ledger.Apply(new TouchCommand(new AccountId("somebody else")), _desk.Now));
        Should.Throw<ArgumentException>(() => _desk.Do(new HoldCommand(Desk.Account, Guid.CreateVersion7(), 1, TimeSpan.FromHours(1), new GenerationStart { Model = "flux-dev", Count = 0 })));
        Should.Throw<ArgumentException>(() => _desk.Do(new HoldCommand(Desk.Account, Guid.CreateVersion7(), 1, TimeSpan.FromHours(1), new GenerationStart { Model = "flux-dev" }) { OnExpiry = (HoldExpiryPolicy)7 }));
        Should.Throw<ArgumentException>(() => _desk.Do(new CaptureCommand(Desk.Account, Guid.CreateVersion7(), 1, Desk.End((GenerationOutcome)99))));
        Should.Throw<ArgumentException>(() => _desk.Do(new CaptureCommand(Desk.Account, Guid.CreateVersion7(), 1, Desk.End()) { Overrun = (OverrunPolicy)7 }));
        Should.Throw<ArgumentException>(() => _desk.Do(new HoldCommand(Desk.Account, Guid.CreateVersion7(), 1, TimeSpan.FromHours(1), new GenerationStart { Model = "flux-dev", PromptExpiresAt = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Local) })));

        _desk.State.ShouldBe(before);
    }
}
