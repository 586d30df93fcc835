using AiCredits.Guests;
using AiCredits.Ledger;

namespace AiCredits.Conformance;

/// <summary>What is kept of guests: their generations, who claimed them, the hash key, and what is cleaned up.</summary>
public abstract partial class GuestLimiterConformance
{
    [Fact]
    public async Task A_guests_generation_is_one_row_with_all_that_is_known()
    {
        var guest = NewGuest();
        var id = NewId();
        await HoldAsync(guest, id, count: 2);
        var running = (await Limiter.GetGenerationsAsync(guest.GuestId, 10, Cancel)).ShouldHaveSingleItem();
        var end = new GenerationEnd { Outcome = GenerationOutcome.TimedOut, Error = "Too slow", ProviderRequestId = "req_1", ProviderCostMillionths = 7, ProviderCurrency = "EUR" };
        await Limiter.SettleAsync(new GuestSettleRequest(guest, id, false, FromFirstUse, end), Cancel);
        var ended = (await Limiter.GetGenerationsAsync(guest.GuestId, 10, Cancel)).ShouldHaveSingleItem();

        running.Status.ShouldBe(GenerationStatus.Running);
        running.GuestId.ShouldBe(guest.GuestId);
        running.Account.ShouldBeNull();
        running.EndedAt.ShouldBeNull();
        (running.Start.Model, running.Start.Count, running.Start.PriceVersion, running.Start.Prompt).ShouldBe(("flux-dev", 2, "v1", "A cat"));
        ended.Status.ShouldBe(GenerationStatus.Failed);
        ended.Outcome.ShouldBe(GenerationOutcome.TimedOut);
        (ended.Error, ended.ProviderRequestId, ended.ProviderCostMillionths, ended.ProviderCurrency).ShouldBe(("Too slow", "req_1", 7, "EUR"));
        ended.StartedAt.ShouldBe(running.StartedAt);
        ended.EndedAt.ShouldNotBeNull();
        ended.Charged.ShouldBe(0);
    }

    [Fact]
    public async Task A_guests_generations_come_newest_first()
    {
        var guest = NewGuest(100);
        var ids = Enumerable.Range(0, 6).Select(index => Guid.CreateVersion7(new DateTimeOffset(Now).AddSeconds(index))).ToArray();
        foreach (var id in ids)
        {
            await HoldAsync(guest, id);
        }

        await HoldAsync(NewGuest());

        (await Limiter.GetGenerationsAsync(guest.GuestId, 4, Cancel)).Select(generation => generation.Id).ShouldBe(ids.Reverse().Take(4));
    }

    [Fact]
    public async Task A_refused_generation_leaves_no_row()
    {
        var guest = NewGuest(0);

        await HoldAsync(guest);

        (await Limiter.GetGenerationsAsync(guest.GuestId, 10, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_guest_belongs_to_the_first_account_that_claims_it()
    {
        var guest = NewGuest();
        var (first, second) = (new AccountId($"account-{NewId()}"), new AccountId($"account-{NewId()}"));
        await UseAsync(guest);

        (await Limiter.ClaimAsync(guest.GuestId, first, Cancel)).ShouldBeTrue();
        (await Limiter.ClaimAsync(guest.GuestId, second, Cancel)).ShouldBeFalse();
        (await Limiter.ClaimAsync(guest.GuestId, first, Cancel)).ShouldBeTrue();
    }

    [Fact]
    public async Task Of_concurrent_claims_of_one_guest_one_account_wins()
    {
        var guest = NewGuest();
        await UseAsync(guest);

        var results = await AtOnceAsync(20, (limiter, index) => limiter.ClaimAsync(guest.GuestId, new AccountId($"account-{index}"), Cancel));

        results.Count(won => won).ShouldBe(1);
    }

    [Fact]
    public async Task A_claim_gives_no_use_back()
    {
        var guest = NewGuest(1);
        await UseAsync(guest);

        await Limiter.ClaimAsync(guest.GuestId, new AccountId($"account-{NewId()}"), Cancel);

        (await HoldAsync(guest)).ShouldBeOfType<GuestHoldResult.LimitReached>();
    }

    [Fact]
    public async Task The_hash_key_is_long_and_the_same_on_every_instance()
    {
        var keys = await AtOnceAsync(10, (limiter, _) => limiter.GetHashKeyAsync(Cancel));

        keys[0].Length.ShouldBeGreaterThanOrEqualTo(32);
        keys[0].ToArray().Distinct().Count().ShouldBeGreaterThan(8, "the key is random");
        keys.ShouldAllBe(key => key.ToArray().SequenceEqual(keys[0].ToArray()));
    }

    [Fact]
    public async Task Cleaning_up_removes_windows_that_are_over_and_ends_lost_generations()
    {
        var (over, open, lost) = (NewGuest(), NewGuest(), NewGuest());
        await UseAsync(over);
        await HoldAsync(lost, lease: Window / 4);
        await PassAsync(Window / 2);
        await UseAsync(open);
        await PassAsync(Window / 2);

        (await Limiter.CleanUpAsync(FromFirstUse, 100, Cancel)).ShouldBeGreaterThanOrEqualTo(2);

        (await Limiter.CleanUpAsync(FromFirstUse, 100, Cancel)).ShouldBe(0);
        (await UsageAsync(open)).Used.ShouldBe(1);
        (await UsageAsync(over)).Used.ShouldBe(0);
        (await Limiter.GetGenerationsAsync(over.GuestId, 10, Cancel)).ShouldHaveSingleItem("generations are kept").Status.ShouldBe(GenerationStatus.Succeeded);
        var ended = (await Limiter.GetGenerationsAsync(lost.GuestId, 10, Cancel)).ShouldHaveSingleItem();
        ended.Status.ShouldBe(GenerationStatus.Expired);
        ended.EndedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Cleaning_up_stops_at_the_number_asked_for()
    {
        for (var index = 0; index < 5; index++)
        {
            await UseAsync(NewGuest());
        }

        await PassAsync(Window);

        for (var rounds = 0; await Limiter.CleanUpAsync(FromFirstUse, 2, Cancel) > 0; rounds++)
        {
            rounds.ShouldBeLessThan(10);
        }
    }

    [Fact]
    public async Task A_generation_that_outlived_its_lease_can_still_tell_how_it_ended()
    {
        var guest = NewGuest();
        var id = NewId();
        await HoldAsync(guest, id, lease: Window / 4);
        await PassAsync(Window / 2);
        await Limiter.CleanUpAsync(FromFirstUse, 100, Cancel);

        await KeepAsync(guest, id);

        (await Limiter.GetGenerationsAsync(guest.GuestId, 10, Cancel)).ShouldHaveSingleItem().Status.ShouldBe(GenerationStatus.Succeeded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_is_slow_is_not_served_for_nothing(bool sweeps)
    {
        var guest = NewGuest();
        Guid[] slow = [NewId(), NewId(), NewId()];
        foreach (var id in slow)
        {
            await HoldAsync(guest, id, lease: Window / 4);
        }

        await PassAsync(Window / 2);
        if (sweeps)
        {
            await Limiter.CleanUpAsync(FromFirstUse, 100, Cancel);
        }

        var more = NewId();
        await HoldAsync(guest, more);
        foreach (var id in slow)
        {
            await KeepAsync(guest, id);
        }

        await KeepAsync(guest, more);
        await KeepAsync(guest, slow[0]);
        var usage = await Limiter.GetUsageAsync(guest, FromFirstUse, Cancel);
        usage.Used.ShouldBe(4, "All four were delivered, each counts once.");
        usage.Remaining.ShouldBe(0);
    }
}
