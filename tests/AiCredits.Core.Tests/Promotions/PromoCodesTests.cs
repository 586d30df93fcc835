using AiCredits.Ledger;
using AiCredits.Promotions;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.Core.Tests.Promotions;

public sealed class PromoCodesTests
{
    private static readonly AccountId Ann = new("ann");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_code_in_any_case_grants_its_credits_once()
    {
        await using var app = new CoreApp();
        var codes = app.Get<PromoCodes>();
        await codes.CreateAsync(new PromoCode { Code = " launch-2026 ", Credits = 12.5m, CreditsExpireAfter = TimeSpan.FromDays(7), Description = "The launch" }, Cancel);

        var redeemed = (await codes.RedeemAsync(Ann, "LaUnCh-2026\t", Cancel)).ShouldBeOfType<RedeemResult.Redeemed>().Redemption;
        (await codes.RedeemAsync(Ann, "LAUNCH-2026", Cancel)).ShouldBeOfType<RedeemResult.AlreadyRedeemed>().Last.Code.ShouldBe("LAUNCH-2026");

        redeemed.Credits.ShouldBe(12.5m);
        var grant = (await app.Store.GetAccountAsync(Ann, Cancel)).LiveGrants.ShouldHaveSingleItem();
        grant.Kind.ShouldBe(GrantKind.Promotion);
        grant.Amount.ShouldBe(12.5m);
        grant.Reference.ShouldBe("LAUNCH-2026");
        grant.ExpiresAt.ShouldBe(app.Clock.GetUtcNow().UtcDateTime.AddDays(7));
        (await app.Store.GetEntriesAsync(new EntryQuery(Ann), Cancel)).ShouldHaveSingleItem().Description.ShouldBe("The launch");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("'; drop table codes; --")]
    [InlineData("LAUNСH")] // The fifth letter is Cyrillic.
    [InlineData("A\0B")]
    [InlineData("\ud800ABC")]
    [InlineData("ABC DEF")]
    public async Task What_can_be_no_code_is_not_valid_and_asks_no_store(string? code)
    {
        await using var app = new CoreApp(build: builder => builder.Services.AddSingleton<IPromoCodeStore, NoStore>());

        (await app.Get<PromoCodes>().RedeemAsync(Ann, code, Cancel)).ShouldBeOfType<RedeemResult.NotValid>();
    }

    [Fact]
    public void Any_text_at_all_is_read_or_refused_without_an_exception() =>
        Gen.String.Sample(text => CodeText.Normalize(text) is not { } code || (code.Length is >= 3 and <= 40 && CodeText.Normalize(code.ToLowerInvariant()) == code));

    [Fact]
    public async Task A_crash_after_the_counting_is_carried_through_by_the_sweep()
    {
        await using var app = new CoreApp();
        var codes = app.Get<PromoCodes>();
        await codes.CreateAsync(new PromoCode { Code = "CRASH", Credits = 5 }, Cancel);
        await app.Get<IPromoCodeStore>().ReserveAsync("CRASH", Ann, Cancel);

        await app.Sweep<PromotionSweeper>().SweepAsync(Cancel);
        await app.Sweep<PromotionSweeper>().SweepAsync(Cancel);

        (await app.Store.GetAccountAsync(Ann, Cancel)).State.Available.ShouldBe(5);
        (await codes.RedeemAsync(Ann, "CRASH", Cancel)).ShouldBeOfType<RedeemResult.AlreadyRedeemed>();
    }

    [Fact]
    public async Task A_crash_after_the_grant_grants_nothing_more()
    {
        await using var app = new CoreApp();
        await app.Get<PromoCodes>().CreateAsync(new PromoCode { Code = "CRASH", Credits = 5, MaxPerAccount = 2 }, Cancel);
        var reserved = (await app.Get<IPromoCodeStore>().ReserveAsync("CRASH", Ann, Cancel)).ShouldBeOfType<PromoReservation.Reserved>().Redemption;
        await app.Store.ExecuteAsync(new GrantCommand(Ann, GrantKind.Promotion, 5) { Key = reserved.Key, Reference = "CRASH" }, Cancel);

        (await app.Get<PromoCodes>().RedeemAsync(Ann, "CRASH", Cancel)).ShouldBeOfType<RedeemResult.Redeemed>().Redemption.Number.ShouldBe(1);
        (await app.Store.GetAccountAsync(Ann, Cancel)).State.Available.ShouldBe(5);

        (await app.Get<PromoCodes>().RedeemAsync(Ann, "CRASH", Cancel)).ShouldBeOfType<RedeemResult.Redeemed>().Redemption.Number.ShouldBe(2);
        (await app.Store.GetAccountAsync(Ann, Cancel)).State.Available.ShouldBe(10);
    }

    [Fact]
    public async Task A_code_that_could_not_work_is_refused_with_the_fix()
    {
        await using var app = new CoreApp();
        var codes = app.Get<PromoCodes>();
        var good = new PromoCode { Code = "GOOD", Credits = 5 };
        var now = app.Clock.GetUtcNow().UtcDateTime;

        foreach (var bad in new[]
        {
            good with { Code = "no!" },
            good with { Credits = 0 },
            good with { Credits = -1 },
            good with { MaxRedemptions = 0 },
            good with { MaxPerAccount = 0 },
            good with { StartsAt = now, EndsAt = now },
            good with { StartsAt = DateTime.SpecifyKind(now, DateTimeKind.Local) },
            good with { CreditsExpireAfter = TimeSpan.Zero },
            good with { Description = "\0" },
        })
        {
            await Should.ThrowAsync<ArgumentException>(async () => await codes.CreateAsync(bad, Cancel));
        }

        (await codes.CreateAsync(good, Cancel)).ShouldNotBeNull();
        (await codes.CreateAsync(good with { Code = "good" }, Cancel)).ShouldBeNull();
        (await codes.CreateAsync(good with { Code = PromoCodes.NewCode() }, Cancel)).ShouldNotBeNull();
        (await codes.ListAsync(cancellationToken: Cancel)).Count.ShouldBe(2);
        (await codes.RetireAsync("gOOd", Cancel)).ShouldBeTrue();
        (await codes.RedeemAsync(Ann, "GOOD", Cancel)).ShouldBeOfType<RedeemResult.NotValid>();
        (await codes.FindAsync("good", Cancel))!.Retired.ShouldBeTrue();
    }

    private sealed class NoStore : IPromoCodeStore
    {
        public ValueTask<bool> AddAsync(PromoCode code, CancellationToken cancellationToken = default) => throw new InvalidOperationException();

        public ValueTask<PromoCode?> FindAsync(string code, CancellationToken cancellationToken = default) => throw new InvalidOperationException();

        public ValueTask<bool> RetireAsync(string code, CancellationToken cancellationToken = default) => throw new InvalidOperationException();

        public ValueTask<IReadOnlyList<PromoCode>> ListAsync(string? after, int limit, CancellationToken cancellationToken = default) => throw new InvalidOperationException();

        public ValueTask<PromoReservation> ReserveAsync(string code, AccountId account, CancellationToken cancellationToken = default) => throw new InvalidOperationException();

        public ValueTask CompleteAsync(PromoRedemption redemption, CancellationToken cancellationToken = default) => throw new InvalidOperationException();

        public ValueTask<IReadOnlyList<PromoRedemption>> GetUnfinishedAsync(int max, CancellationToken cancellationToken = default) => throw new InvalidOperationException();
    }
}
