using AiCredits.Referrals;

namespace AiCredits.Conformance;

/// <summary>What every <see cref="IReferralStore"/> must do.</summary>
public abstract class ReferralStoreConformance : StoreSuite<IReferralStore>
{
    private static readonly AccountId Ann = new("ann");
    private static readonly AccountId Bob = new("bob");
    private static readonly DateTime At = new(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task An_account_comes_back_as_it_was_saved()
    {
        var account = new ReferralAccount(Bob)
        {
            Code = "BOBSCODE",
            HasReferred = true,
            Referrer = Ann,
            State = ReferralState.Paying,
            AttachedAt = At,
            PurchaseId = Guid.CreateVersion7(),
            EarnedAt = At.AddDays(1),
            ReferrerCredits = 20,
            ReferredCredits = 0.5m,
            CreditsExpireAt = At.AddDays(31),
        };

        (await Store.SaveAsync(account, Cancel)).ShouldBeTrue();

        (await Store.FindAsync(Bob, Cancel)).ShouldBe(account with { Version = 1 });
        (await Store.FindByCodeAsync("BOBSCODE", Cancel)).ShouldBe(account with { Version = 1 });
        (await Store.FindAsync(Ann, Cancel)).ShouldBeNull();
        (await Store.FindByCodeAsync("ANNSCODE", Cancel)).ShouldBeNull();
        (await Store.GetUnfinishedAsync(10, Cancel)).ShouldBe([account with { Version = 1 }]);
        (await Store.CountAsync(Ann, Cancel)).ShouldBe(new ReferralCounts(1, 1));
        (await Store.CountAsync(Bob, Cancel)).ShouldBe(new ReferralCounts(0, 0));

        (await Store.SaveAsync(account with { Version = 1, State = ReferralState.TakenBack }, Cancel)).ShouldBeTrue();

        (await Store.GetUnfinishedAsync(10, Cancel)).ShouldBeEmpty();
        (await Store.CountAsync(Ann, Cancel)).ShouldBe(new ReferralCounts(1, 0));
    }

    [Fact]
    public async Task Of_many_that_save_at_once_one_succeeds()
    {
        (await AtOnceAsync(8, (store, index) => store.SaveAsync(new ReferralAccount(Ann) { Code = $"CODE{index}" }, Cancel))).Count(saved => saved).ShouldBe(1);
        var kept = (await Store.FindAsync(Ann, Cancel)).ShouldNotBeNull();

        (await AtOnceAsync(8, (store, index) => store.SaveAsync(kept with { ReferrerCredits = index + 1 }, Cancel))).Count(saved => saved).ShouldBe(1);

        (await Store.FindAsync(Ann, Cancel))!.Version.ShouldBe(2);
        (await Store.SaveAsync(kept, Cancel)).ShouldBeFalse();
        (await Store.SaveAsync(new ReferralAccount(Ann), Cancel)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_code_belongs_to_one_account()
    {
        (await Store.SaveAsync(new ReferralAccount(Ann) { Code = "SAME" }, Cancel)).ShouldBeTrue();

        (await Store.SaveAsync(new ReferralAccount(Bob) { Code = "SAME" }, Cancel)).ShouldBeFalse();
        (await Store.SaveAsync(new ReferralAccount(Bob), Cancel)).ShouldBeTrue();

        (await Store.FindByCodeAsync("SAME", Cancel))!.Account.ShouldBe(Ann);
    }
}
