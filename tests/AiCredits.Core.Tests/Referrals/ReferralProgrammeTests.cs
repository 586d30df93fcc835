using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.Promotions;
using AiCredits.Referrals;

namespace AiCredits.Core.Tests.Referrals;

public sealed class ReferralProgrammeTests
{
    private static readonly AccountId Ann = new("ann");
    private static readonly AccountId Bob = new("bob");
    private static readonly AccountId Cat = new("cat");
    private static readonly Guid Purchase = Guid.CreateVersion7();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_sides_are_paid_once_after_the_first_purchase()
    {
        await using var app = NewApp();
        var referrals = app.Get<ReferralProgramme>();
        var code = await referrals.GetCodeAsync(Ann, Cancel);
        (await referrals.GetCodeAsync(Ann, Cancel)).ShouldBe(code);

        (await referrals.AttachAsync(Bob, code!.ToLowerInvariant(), Cancel)).ShouldBe(AttachResult.Attached);
        (await referrals.AttachAsync(Bob, code, Cancel)).ShouldBe(AttachResult.Attached);
        (await referrals.CountAsync(Ann, Cancel)).ShouldBe(new ReferralCounts(1, 0));
        await BalancesAsync(app, 0, 0);

        await referrals.PurchaseDeliveredAsync(Bob, Purchase, Now(app), Cancel);
        await referrals.PurchaseDeliveredAsync(Bob, Purchase, Now(app), Cancel);
        await referrals.PurchaseDeliveredAsync(Bob, Guid.CreateVersion7(), Now(app), Cancel);

        await BalancesAsync(app, 30, 10);
        (await referrals.CountAsync(Ann, Cancel)).ShouldBe(new ReferralCounts(1, 1));
    }

    [Fact]
    public async Task Nobody_refers_himself_or_in_a_ring_or_twice_or_late()
    {
        await using var app = NewApp();
        var referrals = app.Get<ReferralProgramme>();
        var (ann, bob, cat) = (await referrals.GetCodeAsync(Ann, Cancel), await referrals.GetCodeAsync(Bob, Cancel), await referrals.GetCodeAsync(Cat, Cancel));

        (await referrals.AttachAsync(Ann, ann, Cancel)).ShouldBe(AttachResult.OwnCode);
        (await referrals.AttachAsync(Bob, ann, Cancel)).ShouldBe(AttachResult.Attached);
        (await referrals.AttachAsync(Bob, cat, Cancel)).ShouldBe(AttachResult.AlreadyAttached);
        (await referrals.AttachAsync(Cat, bob, Cancel)).ShouldBe(AttachResult.Attached);
        (await referrals.AttachAsync(Ann, cat, Cancel)).ShouldBe(AttachResult.NotNew);
        (await referrals.AttachAsync(Ann, bob, Cancel)).ShouldBe(AttachResult.NotNew);

        var dan = new AccountId("dan");
        await referrals.PurchaseDeliveredAsync(dan, Guid.CreateVersion7(), Now(app), Cancel);
        (await referrals.AttachAsync(dan, ann, Cancel)).ShouldBe(AttachResult.NotNew);
        (await referrals.AttachAsync(new AccountId("eve"), "NOSUCHCODE", Cancel)).ShouldBe(AttachResult.NotValid);
        (await referrals.AttachAsync(new AccountId("eve"), null, Cancel)).ShouldBe(AttachResult.NotValid);
    }

    [Fact]
    public async Task Two_that_attach_to_each_other_at_once_never_both_succeed()
    {
        await using var app = NewApp();
        var referrals = app.Get<ReferralProgramme>();
        for (var round = 0; round < 200; round++)
        {
            AccountId[] pair = [new($"a{round}"), new($"b{round}")];
            string?[] codes = [await referrals.GetCodeAsync(pair[0], Cancel), await referrals.GetCodeAsync(pair[1], Cancel)];

            var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(index => Task.Run(async () => await referrals.AttachAsync(pair[index], codes[1 - index], Cancel), Cancel)));

            answers.Count(answer => answer == AttachResult.Attached).ShouldBeLessThanOrEqualTo(1);
        }
    }

    [Theory]
    [InlineData(30, true)]
    [InlineData(31, false)]
    public async Task A_full_refund_soon_after_takes_back_what_both_got_as_debt_where_it_is_spent(int days, bool takenBack)
    {
        await using var app = NewApp();
        var referrals = app.Get<ReferralProgramme>();
        await referrals.AttachAsync(Bob, await referrals.GetCodeAsync(Ann, Cancel), Cancel);
        await referrals.PurchaseDeliveredAsync(Bob, Purchase, Now(app), Cancel);
        var bought = Now(app);
        await SpendAsync(app, Ann, 25);

        await referrals.PurchaseRefundedAsync(Bob, Guid.CreateVersion7(), bought, Cancel);
        await BalancesAsync(app, 5, 10);
        await referrals.PurchaseRefundedAsync(Bob, Purchase, bought.AddDays(days), Cancel);
        await referrals.PurchaseRefundedAsync(Bob, Purchase, bought.AddDays(days), Cancel);

        await BalancesAsync(app, takenBack ? 0 : 5, takenBack ? 0 : 10);
        (await app.Store.GetAccountAsync(Ann, Cancel)).State.Debt.ShouldBe(takenBack ? 25 : 0);
        (await app.Get<IntegrityCheck>().RunAsync(cancellationToken: Cancel)).Faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(ReferralState.Paying, 30, 10)]
    [InlineData(ReferralState.TakingBack, 0, 0)]
    public async Task A_crash_half_way_is_carried_through_by_the_sweep(ReferralState state, int ann, int bob)
    {
        await using var app = NewApp();
        var accounts = app.Get<IReferralStore>();
        await accounts.SaveAsync(new ReferralAccount(Bob) { Referrer = Ann, State = state, PurchaseId = Purchase, EarnedAt = Now(app), ReferrerCredits = 30, ReferredCredits = 10 }, Cancel);

        await app.Sweep<PromotionSweeper>().SweepAsync(Cancel);
        await app.Sweep<PromotionSweeper>().SweepAsync(Cancel);

        await BalancesAsync(app, ann, bob);
        (await accounts.GetUnfinishedAsync(10, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_being_turned_on_there_are_no_referrals()
    {
        await using var app = new CoreApp();
        var referrals = app.Get<ReferralProgramme>();

        (await referrals.GetCodeAsync(Ann, Cancel)).ShouldBeNull();
        (await referrals.AttachAsync(Bob, "ANYCODE", Cancel)).ShouldBe(AttachResult.NotValid);
        await referrals.PurchaseDeliveredAsync(Bob, Purchase, Now(app), Cancel);
        (await app.Get<IReferralStore>().FindAsync(Bob, Cancel)).ShouldBeNull();
    }

    private static CoreApp NewApp() => new(configure: options =>
    {
        options.Referrals.Enabled = true;
        options.Referrals.ReferrerCredits = 30;
        options.Referrals.ReferredCredits = 10;
    });

    private static DateTime Now(CoreApp app) => app.Clock.GetUtcNow().UtcDateTime;

    private static async Task BalancesAsync(CoreApp app, Credits ann, Credits bob)
    {
        (await app.Store.GetAccountAsync(Ann, Cancel)).State.Available.ShouldBe(ann);
        (await app.Store.GetAccountAsync(Bob, Cancel)).State.Available.ShouldBe(bob);
    }

    private static async Task SpendAsync(CoreApp app, AccountId account, Credits amount)
    {
        var id = Guid.CreateVersion7();
        await app.Store.ExecuteAsync(new HoldCommand(account, id, amount, TimeSpan.FromMinutes(1), new GenerationStart { Model = "flux-dev", Count = 1, Price = amount, PriceVersion = "v" }), Cancel);
        (await app.Store.ExecuteAsync(new CaptureCommand(account, id, null, new GenerationEnd { Outcome = GenerationOutcome.Succeeded }), Cancel)).ShouldBeOfType<SettleResult.Settled>();
    }
}
