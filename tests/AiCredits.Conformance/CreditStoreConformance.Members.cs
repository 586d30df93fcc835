using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.Teams;

namespace AiCredits.Conformance;

/// <summary>Members of a shared account: caps are decided when a hold is made and corrected when it is settled.</summary>
public abstract partial class CreditStoreConformance
{
    [Fact]
    public async Task A_hold_beyond_a_members_cap_is_refused_and_the_tightest_cap_wins()
    {
        var team = await NewTeamAsync(100, ("ann", 3, 4), ("bob", null, null));

        (await HoldForAsync(team, "ann", 2)).ShouldBeOfType<HoldResult.Held>();
        var day = (await HoldForAsync(team, "ann", 2)).ShouldBeOfType<HoldResult.MemberCapReached>();
        (day.Window, day.Required, day.Cap, day.Used, day.ResetsAt).ShouldBe((MemberCap.Day, 2, 3, 2, Now.Date.AddDays(1)));
        (await HoldForAsync(team, "ann", 1)).ShouldBeOfType<HoldResult.Held>();

        // The next day has room again, the month has not.
        await PassAsync(TimeSpan.FromDays(1));
        var month = (await HoldForAsync(team, "ann", 2)).ShouldBeOfType<HoldResult.MemberCapReached>();
        (month.Window, month.Cap, month.Used).ShouldBe((MemberCap.Month, 4, 3));
        (await HoldForAsync(team, "ann", 1)).ShouldBeOfType<HoldResult.Held>();

        (await HoldForAsync(team, "bob", 50)).ShouldBeOfType<HoldResult.Held>();
        (await HoldForAsync(team, "eve", 1)).ShouldBeOfType<HoldResult.NotAMember>();
        (await HoldAsync(team, 1)).ShouldNotBeNull();
        await ProveTeamAsync(team);
    }

    [Fact]
    public async Task What_goes_back_at_settlement_counts_no_more()
    {
        var team = await NewTeamAsync(100, ("ann", 10, 10));
        var (partial, released, refunded, expired) = (NewId(), NewId(), NewId(), NewId());
        await HoldForAsync(team, "ann", 4, partial);
        await HoldForAsync(team, "ann", 2, released);
        await HoldForAsync(team, "ann", 1, refunded);
        await HoldForAsync(team, "ann", 3, expired, Span);
        (await UsedAsync(team)).ShouldBe((10, 10));

        await CaptureAsync(team, partial, 1);
        (await UsedAsync(team)).ShouldBe((7, 7));
        await ReleaseAsync(team, released);
        (await UsedAsync(team)).ShouldBe((5, 5));
        await CaptureAsync(team, refunded);
        (await UsedAsync(team)).ShouldBe((5, 5));
        await Store.ExecuteAsync(new RefundCommand(team, refunded) { Key = "refund" }, Cancel);
        (await UsedAsync(team)).ShouldBe((4, 4));
        await ProveTeamAsync(team);

        await PassAsync(Span);
        await Store.ExecuteAsync(new TouchCommand(team), Cancel);
        (await UsedAsync(team)).Month.ShouldBe(1);

        // Delivered after its hold had ended: charged late, and counted.
        await CaptureAsync(team, expired, 3);
        (await UsedAsync(team)).Month.ShouldBe(4);
        await ProveTeamAsync(team);
    }

    [Fact]
    public async Task What_is_settled_the_next_day_does_not_make_room_in_it()
    {
        var team = await NewTeamAsync(100, ("ann", 5, 100));
        var yesterday = NewId();
        await HoldForAsync(team, "ann", 5, yesterday, TimeSpan.FromDays(3));
        await PassAsync(TimeSpan.FromDays(1));
        await HoldForAsync(team, "ann", 5);

        await ReleaseAsync(team, yesterday);

        (await HoldForAsync(team, "ann", 1)).ShouldBeOfType<HoldResult.MemberCapReached>().Window.ShouldBe(MemberCap.Day);
        var member = await FindMemberAsync(team);
        (member.UsedInDay, member.UsedInMonth).ShouldBe((5, 5));
        await ProveTeamAsync(team);
    }

    [Fact]
    public async Task Of_50_concurrent_holds_of_a_member_with_a_cap_of_10_exactly_10_win()
    {
        var team = await NewTeamAsync(100, ("ann", 10, null), ("bob", 1, null));

        var results = await AtOnceAsync(50, (store, index) => store.ExecuteAsync(
            new HoldCommand(team, NewId(), 1, TimeSpan.FromDays(1), Start()) { Member = index % 5 == 4 ? "bob" : "ann" }, Cancel));

        results.Count(result => result is HoldResult.Held).ShouldBe(11);
        results.Count(result => result is HoldResult.MemberCapReached).ShouldBe(39);
        (await UsedAsync(team)).ShouldBe((10, 10));
        await ProveTeamAsync(team);
    }

    [Fact]
    public async Task A_capture_beyond_the_hold_stays_within_the_members_cap()
    {
        var team = await NewTeamAsync(100, ("ann", 5, null));
        var (within, beyond) = (NewId(), NewId());
        await HoldForAsync(team, "ann", 1, within);
        await HoldForAsync(team, "ann", 1, beyond);

        (await CaptureMoreAsync(within, 3)).Captured.ShouldBe(3);
        var capped = await CaptureMoreAsync(beyond, 4);

        (capped.Captured, capped.Uncovered).ShouldBe((1, 3));
        (await UsedAsync(team)).ShouldBe((4, 4));
        await ProveTeamAsync(team);

        async Task<SettleResult.Settled> CaptureMoreAsync(Guid hold, Credits amount) =>
            (await Store.ExecuteAsync(new CaptureCommand(team, hold, amount, End()) { Overrun = OverrunPolicy.Extra }, Cancel)).ShouldBeOfType<SettleResult.Settled>();
    }

    [Fact]
    public async Task Keys_of_members_are_kept_as_all_keys_are()
    {
        var team = await NewTeamAsync(100, ("ann", 1, null));
        var refused = new HoldCommand(team, NewId(), 2, TimeSpan.FromDays(1), Start()) { Member = "ann", Key = "request" };
        var stranger = new HoldCommand(team, NewId(), 2, TimeSpan.FromDays(1), Start()) { Member = "eve", Key = "stranger" };
        var first = (await Store.ExecuteAsync(refused, Cancel)).ShouldBeOfType<HoldResult.MemberCapReached>();
        (await Store.ExecuteAsync(stranger, Cancel)).ShouldBeOfType<HoldResult.NotAMember>();

        var set = new MemberCommand(team, "ann") { DailyCap = 10, Key = "raise", Actor = "owner", Description = "a busy week" };
        (await Store.ExecuteAsync(set, Cancel)).ShouldBeOfType<MemberResult.Done>().Member.DailyCap.ShouldBe(10);
        (await Store.ExecuteAsync(set, Cancel)).ShouldBeOfType<MemberResult.Done>().Replayed.ShouldBeTrue();
        (await Store.ExecuteAsync(set with { DailyCap = 11 }, Cancel)).ShouldBeOfType<MemberResult.KeyConflict>();

        // The same key gets the same "no", as it does for too few credits; a stranger who has become a member gets a "yes".
        (await Store.ExecuteAsync(refused with { HoldId = NewId() }, Cancel)).ShouldBe(first with { Replayed = true });
        (await Store.ExecuteAsync(refused with { Member = "bob" }, Cancel)).ShouldBeOfType<HoldResult.KeyConflict>();
        await SetMemberAsync(team, "eve", 5, null);
        (await Store.ExecuteAsync(stranger, Cancel)).ShouldBeOfType<HoldResult.Held>();

        var entry = (await EntriesAsync(team)).Single(one => one.Key == "raise");
        (entry.Kind, entry.Amount, entry.Actor, entry.Description).ShouldBe((EntryKind.Member, 0, "owner", "a busy week"));
        await ProveTeamAsync(team);
    }

    [Fact]
    public async Task Members_are_listed_removed_and_come_back()
    {
        var team = await NewTeamAsync(100, ("ann", 5, 50), ("bob", null, null));
        var teams = new CreditTeams(Store, Service<ITeamStore>());
        await HoldForAsync(team, "ann", 2);

        (await teams.ListAsync(team, cancellationToken: Cancel)).Select(member => member.Id).ShouldBe(["ann", "bob"]);
        (await teams.ListAsync(team, "ann", cancellationToken: Cancel)).Select(member => member.Id).ShouldBe(["bob"]);
        (await teams.RemoveAsync(team, "ann", "remove", "owner", cancellationToken: Cancel)).ShouldBeTrue();
        (await teams.RemoveAsync(team, "ann", "again", "owner", cancellationToken: Cancel)).ShouldBeFalse();
        (await teams.FindAsync(team, "ann", Cancel)).ShouldBeNull();
        (await teams.ListAsync(team, null, 1, Cancel)).Select(member => member.Id).ShouldBe(["bob"]);
        (await HoldForAsync(team, "ann", 1)).ShouldBeOfType<HoldResult.NotAMember>();

        await SetMemberAsync(team, "ann", 4, null);
        (await FindMemberAsync(team)).UsedInDay.ShouldBe(2);

        // Another billing cycle begins a new month; the day goes on.
        var anchor = Now.AddDays(-10);
        var anchored = await teams.SetAsync(team, "ann", new MemberCaps(4, 9, anchor), "anchor", cancellationToken: Cancel);
        (anchored.UsedInDay, anchored.UsedInMonth, anchored.MonthEndsAt).ShouldBe((2, 0, anchor.AddMonths(1)));
        await HoldForAsync(team, "ann", 1);
        (await UsedAsync(team)).ShouldBe((3, 1));
        await ProveTeamAsync(team);
    }

    [Fact]
    public async Task A_member_sees_own_generations_only()
    {
        var team = await NewTeamAsync(100, ("ann", null, null), ("bob", null, null));
        var (running, finished, other) = (NewId(), NewId(), NewId());
        await HoldForAsync(team, "ann", 1, finished);
        await HoldForAsync(team, "bob", 1, other);
        await HoldForAsync(team, "ann", 1, running);
        await CaptureAsync(team, finished);
        await CaptureAsync(team, other);

        var own = await Store.GetGenerationsAsync(new GenerationQuery(team) { Member = "ann" }, Cancel);

        own.Select(generation => generation.Id).ShouldBe([finished, running], ignoreOrder: true);
        own.ShouldAllBe(generation => generation.Start.Member == "ann");
        (await Store.GetGenerationsAsync(new GenerationQuery(team), Cancel)).Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    public async Task A_member_without_a_name_that_can_be_kept_is_refused(string member)
    {
        var account = NewAccount();
        await Should.ThrowAsync<ArgumentException>(async () => await Store.ExecuteAsync(new MemberCommand(account, member) { Key = "set" }, Cancel));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.ExecuteAsync(new HoldCommand(account, NewId(), 1, TimeSpan.FromDays(1), Start()) { Member = member }, Cancel));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.ExecuteAsync(new MemberCommand(account, "ann") { Key = "set", DailyCap = -1 }, Cancel));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.ExecuteAsync(new HoldCommand(account, NewId(), 1, TimeSpan.FromDays(1), Start()) { Actor = "member:ann" }, Cancel));
    }

    private async Task<AccountId> NewTeamAsync(Credits amount, params (string Id, Credits? Daily, Credits? Monthly)[] members)
    {
        var team = await NewAccountWith(amount);
        foreach (var (id, daily, monthly) in members)
        {
            await SetMemberAsync(team, id, daily, monthly);
        }

        return team;
    }

    // By a cycle that began yesterday, so that no month ends while a test lets days pass.
    private async Task SetMemberAsync(AccountId team, string id, Credits? daily, Credits? monthly) =>
        (await Store.ExecuteAsync(new MemberCommand(team, id) { DailyCap = daily, MonthlyCap = monthly, CycleAnchor = Now.Date.AddDays(-1), Key = $"set {id} {NewId()}" }, Cancel)).ShouldBeOfType<MemberResult.Done>();

    private ValueTask<HoldResult> HoldForAsync(AccountId team, string member, Credits amount, Guid? id = null, TimeSpan? lease = null) =>
        Store.ExecuteAsync(new HoldCommand(team, id ?? NewId(), amount, lease ?? TimeSpan.FromDays(20), Start()) { Member = member }, Cancel);

    private async Task<Member> FindMemberAsync(AccountId team, string id = "ann") => (await Service<ITeamStore>().FindMemberAsync(team, id, Cancel)).ShouldNotBeNull();

    private async Task<(Credits Day, Credits Month)> UsedAsync(AccountId team)
    {
        var member = await FindMemberAsync(team);
        return (member.UsedInDay, member.UsedInMonth);
    }

    private async Task ProveTeamAsync(AccountId team)
    {
        await ProveAsync(team);
        (await new IntegrityCheck(Service<ILedgerArchive>()).RunAsync(team, Cancel)).Faults.ShouldBeEmpty();
        (await new IntegrityCheck(Service<ILedgerArchive>()).RunRecentAsync(team, 5, Cancel)).Faults.ShouldBeEmpty();
    }
}
