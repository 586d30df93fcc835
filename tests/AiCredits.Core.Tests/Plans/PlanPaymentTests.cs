using AiCredits.Events;
using AiCredits.Ledger;
using AiCredits.Payments;
using AiCredits.Plans;
using AiCredits.Purchases;

namespace AiCredits.Core.Tests.Plans;

/// <summary>What was paid for a plan is a purchase, and money that goes back takes its share of the plan's credits with it.</summary>
public sealed class PlanPaymentTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_invoice_is_a_purchase_of_the_plan_told_of_once()
    {
        await using var app = new PlanApp();
        var subscription = await SubscribeAsync(app, "plus", 9.50m);
        await app.Desk.ConfirmAsync(subscription.Id, Cancel);
        await app.PassAsync(TimeSpan.FromDays(1));

        var purchase = (await PurchasesAsync(app)).ShouldHaveSingleItem();
        purchase.ShouldSatisfyAllConditions(
            () => purchase.Status.ShouldBe(PurchaseStatus.Delivered),
            () => (purchase.PackId, purchase.PackName, purchase.SubscriptionId).ShouldBe(("plus", "Plus", subscription.Id)),
            () => purchase.Total.ShouldBe(new Money(9.50m, "USD")),
            () => purchase.Credits.ShouldBe(200),
            () => purchase.PaysUntil.ShouldBe(subscription.PeriodEnd),
            () => purchase.CheckoutId.ShouldBe("in_1"),
            () => purchase.CustomerId.ShouldBe("cus_1"));
        var told = (await EventsAsync(app)).OfType<CreditEvent.PurchaseCompleted>().ShouldHaveSingleItem();
        (told.PackName, told.Credits, told.Total, told.SubscriptionId).ShouldBe(("Plus", 200, new Money(9.50m, "USD"), subscription.Id));
        (await GrantsAsync(app)).ShouldHaveSingleItem().Reference.ShouldBe(purchase.Id.ToString());
    }

    [Fact]
    public async Task What_costs_nothing_is_no_purchase()
    {
        await using var app = new PlanApp();
        await SubscribeAsync(app, "basic", 0);

        (await PurchasesAsync(app)).ShouldBeEmpty();
        (await app.BalanceAsync()).ShouldBe(100);
    }

    [Theory]
    [InlineData(10, 5, 0, 10)]
    [InlineData(30, 5, 0, 30)]
    [InlineData(10, 2.5, 40, 0)]
    [InlineData(30, 2.5, 20, 0)]
    [InlineData(80, 2.5, 0, 30)]
    public async Task A_refund_takes_its_share_and_what_was_spent_beyond_the_rest_is_owed(int spent, decimal refunded, int left, int owed)
    {
        await using var app = new PlanApp();
        await SubscribeAsync(app, "basic", 5);
        await app.SpendAsync(spent);

        var purchase = await app.ReturnAsync("in_1", payment => payment with { Refunded = refunded });

        (await app.BalanceAsync()).ShouldBe(left);
        (await DebtAsync(app)).ShouldBe(owed);
        purchase.Status.ShouldBe(refunded == 5 ? PurchaseStatus.Refunded : PurchaseStatus.PartlyRefunded);
        purchase.Taken.ShouldBe(refunded * 20);
        await app.ProveAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_plan_that_is_ended_and_refunded_in_part_owes_the_same_in_whatever_order(bool endedFirst)
    {
        await using var app = new PlanApp();
        var subscription = await SubscribeAsync(app, "basic", 5);
        await app.SpendAsync(30);

        if (endedFirst)
        {
            await EndAsync();
        }

        await app.ReturnAsync("in_1", payment => payment with { Refunded = 2.5m });
        if (!endedFirst)
        {
            await EndAsync();
        }

        (await app.BalanceAsync()).ShouldBe(0);
        (await DebtAsync(app)).ShouldBe(0, "30 of the 50 that stay paid were used");
        (await PurchasesAsync(app)).ShouldHaveSingleItem().PaysUntil.ShouldBe(app.Now);
        await app.ProveAsync();

        async Task EndAsync()
        {
            app.Provider.Facts = app.Provider.Facts! with { Status = ProviderSubscriptionStatus.Ended, EndedAt = app.Now };
            await app.Desk.ConfirmAsync(subscription.Id, Cancel);
        }
    }

    [Fact]
    public async Task What_was_taken_too_much_while_the_refill_was_ending_is_given_back()
    {
        await using var app = new PlanApp();
        var subscription = await SubscribeAsync(app, "basic", 5);
        await app.SpendAsync(30);
        var grant = (await GrantsAsync(app)).ShouldHaveSingleItem();

        // Another instance has taken back what is left with its next step, and has not noted it yet.
        await app.App.Store.ExecuteAsync(new RevokeCommand(PlanApp.Ann, grant.Id, null) { Key = $"plan:{subscription.Id:N}:end:{grant.Id}", Description = "basic: the period is over", Reference = subscription.Id.ToString() }, Cancel);
        await app.ReturnAsync("in_1", payment => payment with { Refunded = 2.5m });
        (await DebtAsync(app)).ShouldBe(30);

        app.Provider.Facts = app.Provider.Facts! with { Status = ProviderSubscriptionStatus.Ended, EndedAt = app.Now };
        await app.Desk.ConfirmAsync(subscription.Id, Cancel);
        await app.ReturnAsync("in_1", payment => payment);

        (await DebtAsync(app)).ShouldBe(0);
        (await app.BalanceAsync()).ShouldBe(0);
        await app.ProveAsync();
    }

    [Fact]
    public async Task An_open_dispute_takes_what_is_left_and_a_won_one_gives_it_back_even_after_the_period()
    {
        await using var app = new PlanApp();
        await SubscribeAsync(app, "basic", 5);
        await app.SpendAsync(30);

        await app.ReturnAsync("in_1", payment => payment with { Disputed = 5 });
        (await app.BalanceAsync()).ShouldBe(0);
        (await DebtAsync(app)).ShouldBe(0);

        app.App.Clock.Advance(TimeSpan.FromDays(40));
        await app.ReturnAsync("in_1", payment => payment with { Disputed = 0 });

        (await app.BalanceAsync()).ShouldBe(70);
        (await GrantsAsync(app)).Single(grant => grant.Available > 0).ShouldSatisfyAllConditions(
            back => back.Kind.ShouldBe(GrantKind.Plan),
            back => back.ExpiresAt.ShouldBe(app.Now.AddMonths(1)));
        await app.ProveAsync();
    }

    [Fact]
    public async Task Later_refills_of_a_year_that_was_refunded_in_part_are_smaller_and_come_whole_again_when_the_refund_fails()
    {
        await using var app = new PlanApp();
        await SubscribeAsync(app, "annual", 60, months: 12);
        await app.ReturnAsync("in_1", payment => payment with { Refunded = 15 });
        (await app.BalanceAsync()).ShouldBe(75);

        await app.PassAsync(TimeSpan.FromDays(31));
        (await app.BalanceAsync()).ShouldBe(75);

        var purchase = await app.ReturnAsync("in_1", payment => payment with { Refunded = 0 });
        // The first month is over, but what was withheld of it was paid.
        (await app.BalanceAsync()).ShouldBe(150 - 25);
        purchase.Taken.ShouldBe(0);
        await app.ProveAsync();
    }

    [Fact]
    public async Task Nothing_more_comes_of_a_year_that_was_refunded_whole_until_the_next_is_paid()
    {
        await using var app = new PlanApp();
        var subscription = await SubscribeAsync(app, "annual", 60, months: 12);
        await app.ReturnAsync("in_1", payment => payment with { Refunded = 60 });
        await app.PassAsync(TimeSpan.FromDays(31));
        (await app.BalanceAsync()).ShouldBe(0);

        app.App.Clock.Advance(subscription.PeriodEnd!.Value - app.Now);
        app.Provider.Pay(app.Now, "annual", 12);
        app.Invoice("in_2", 60);
        await app.Desk.ConfirmAsync(subscription.Id, Cancel);

        (await app.BalanceAsync()).ShouldBe(100);
        await app.ProveAsync();
    }

    [Fact]
    public async Task The_allowance_of_an_unlimited_plan_shrinks_with_the_money_that_went_back()
    {
        await using var app = new PlanApp();
        await SubscribeAsync(app, "unlimited", 30);
        await app.ReturnAsync("in_1", payment => payment with { Refunded = 15 });
        await app.PassAsync(TimeSpan.FromHours(25));

        (await app.BalanceAsync()).ShouldBe(25);
        (await PurchasesAsync(app)).ShouldHaveSingleItem().Status.ShouldBe(PurchaseStatus.PartlyRefunded);
    }

    [Fact]
    public async Task Going_up_is_a_purchase_of_its_own_whose_refund_takes_only_what_it_has_brought()
    {
        await using var app = new PlanApp();
        var subscription = await SubscribeAsync(app, "basic", 5);
        app.App.Clock.Advance(TimeSpan.FromDays(15));
        app.Provider.Facts = app.Provider.Facts! with { PlanId = "plus" };
        app.Invoice("in_2", 2, isPeriod: false);
        await app.Desk.ConfirmAsync(subscription.Id, Cancel);
        (await app.BalanceAsync()).ShouldBe(150);

        await app.ReturnAsync("in_2", payment => payment with { Refunded = 2 });
        (await app.BalanceAsync()).ShouldBe(100);

        await app.ReturnAsync("in_1", payment => payment with { Refunded = 5 });
        (await app.BalanceAsync()).ShouldBe(0);
        (await DebtAsync(app)).ShouldBe(0);
        (await PurchasesAsync(app)).Select(purchase => (purchase.CheckoutId, purchase.PackId, purchase.Credits)).ShouldBe([("in_2", "plus", 50), ("in_1", "basic", 100)]);
        await app.ProveAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_year_that_is_ended_half_way_and_refunded_for_the_rest_owes_nothing(bool endedFirst)
    {
        await using var app = new PlanApp();
        var start = app.Now;
        var subscription = await SubscribeAsync(app, "annual", 120, months: 12);
        for (var month = 1; month <= 6; month++)
        {
            await app.SpendAsync(100);
            app.App.Clock.Advance(start.AddMonths(month) - app.Now);
            await app.SweepAsync();
        }

        // The seventh month has just begun.
        if (endedFirst)
        {
            await EndAsync();
        }

        await app.ReturnAsync("in_1", payment => payment with { Refunded = 60 });
        if (!endedFirst)
        {
            await EndAsync();
            await app.App.Get<PurchaseDesk>().ReconcileAsync(10, Cancel);
        }

        (await app.BalanceAsync()).ShouldBe(0);
        (await DebtAsync(app)).ShouldBe(0, "600 were paid for and used");
        await app.ProveAsync();

        async Task EndAsync()
        {
            app.Provider.Facts = app.Provider.Facts! with { Status = ProviderSubscriptionStatus.Ended, EndedAt = app.Now };
            await app.Desk.ConfirmAsync(subscription.Id, Cancel);
        }
    }

    [Fact]
    public async Task A_paused_year_that_is_ended_has_given_up_what_it_never_brought()
    {
        await using var app = new PlanApp();
        var start = app.Now;
        var subscription = await SubscribeAsync(app, "annual", 120, months: 12);
        await app.SpendAsync(100);
        app.Provider.Facts = app.Provider.Facts! with { Status = ProviderSubscriptionStatus.Paused };
        await app.PassAsync(start.AddMonths(6) - app.Now);
        app.Provider.Facts = app.Provider.Facts with { Status = ProviderSubscriptionStatus.Ended, EndedAt = app.Now };
        await app.Desk.ConfirmAsync(subscription.Id, Cancel);

        await app.ReturnAsync("in_1", payment => payment with { Refunded = 110 });

        (await DebtAsync(app)).ShouldBe(0, "a twelfth stays paid, and a twelfth was used");
        await app.ProveAsync();
    }

    [Fact]
    public async Task A_year_with_a_way_up_that_cost_nothing_owes_nothing_when_its_rest_is_refunded()
    {
        await using var app = new PlanApp(options => options.Plans["annual-plus"] = new() { Price = 150, Interval = PlanInterval.Year, Credits = 300 });
        var start = app.Now;
        var subscription = await SubscribeAsync(app, "annual", 60, months: 12);
        app.Provider.Facts = app.Provider.Facts! with { PlanId = "annual-plus" };
        app.Invoice("in_2", 0, isPeriod: false);
        await app.Desk.ConfirmAsync(subscription.Id, Cancel);
        for (var month = 1; month <= 6; month++)
        {
            await app.SpendAsync(300);
            app.App.Clock.Advance(start.AddMonths(month) - app.Now);
            await app.SweepAsync();
        }

        app.Provider.Facts = app.Provider.Facts with { Status = ProviderSubscriptionStatus.Ended, EndedAt = app.Now };
        await app.Desk.ConfirmAsync(subscription.Id, Cancel);
        await app.ReturnAsync("in_1", payment => payment with { Refunded = 30 });

        (await DebtAsync(app)).ShouldBe(0);
        await app.ProveAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Credits_beside_an_allowance_are_followed_to_their_end(bool endedAtOnce)
    {
        await using var app = new PlanApp();
        var start = app.Now;
        var subscription = await SubscribeAsync(app, "basic", 5);
        await app.SpendAsync(30);
        app.Provider.Facts = app.Provider.Facts! with { PlanId = "unlimited" };
        app.Invoice("in_2", 30, isPeriod: false);
        await app.Desk.ConfirmAsync(subscription.Id, Cancel);
        (await app.BalanceAsync()).ShouldBe(120);

        if (endedAtOnce)
        {
            app.Provider.Facts = app.Provider.Facts with { Status = ProviderSubscriptionStatus.Ended, EndedAt = app.Now };
            await app.Desk.ConfirmAsync(subscription.Id, Cancel);
        }
        else
        {
            app.App.Clock.Advance(start.AddMonths(1).AddDays(2) - app.Now);
            app.Provider.Pay(start.AddMonths(1), "unlimited");
            app.Invoice("in_3", 30);
            await app.Desk.ConfirmAsync(subscription.Id, Cancel);
        }

        (await app.BalanceAsync()).ShouldBe(endedAtOnce ? 0 : 50);
        await app.ReturnAsync("in_1", payment => payment with { Refunded = 2.5m });

        (await DebtAsync(app)).ShouldBe(0, "30 of the 50 that stay paid were used");
        (await app.BalanceAsync()).ShouldBe(endedAtOnce ? 0 : 50);
        await app.ProveAsync();
    }

    [Fact]
    public async Task An_allowance_hangs_on_both_invoices_that_paid_for_it()
    {
        await using var app = new PlanApp();
        var subscription = await SubscribeAsync(app, "basic", 10);
        app.Provider.Facts = app.Provider.Facts! with { PlanId = "unlimited" };
        app.Invoice("in_2", 30, isPeriod: false);
        await app.Desk.ConfirmAsync(subscription.Id, Cancel);
        (await app.BalanceAsync()).ShouldBe(150);

        await app.ReturnAsync("in_1", payment => payment with { Refunded = 10 });
        (await app.BalanceAsync()).ShouldBe(50);
        await app.PassAsync(TimeSpan.FromHours(25));
        (await app.BalanceAsync()).ShouldBe(37.5m);
    }

    [Fact]
    public async Task In_a_year_what_going_up_adds_to_later_refills_is_paid_by_its_own_invoice()
    {
        await using var app = new PlanApp(options => options.Plans["annual-plus"] = new() { Price = 150, Interval = PlanInterval.Year, Credits = 300 });
        var start = app.Now;
        var subscription = await SubscribeAsync(app, "annual", 60, months: 12);
        app.Provider.Facts = app.Provider.Facts! with { PlanId = "annual-plus" };
        app.Invoice("in_2", 90, isPeriod: false);
        await app.Desk.ConfirmAsync(subscription.Id, Cancel);
        (await app.BalanceAsync()).ShouldBe(300);
        await app.PassAsync(start.AddMonths(1) - app.Now);
        (await app.BalanceAsync()).ShouldBe(300);

        await app.ReturnAsync("in_2", payment => payment with { Refunded = 90 });
        (await app.BalanceAsync()).ShouldBe(100);
        await app.PassAsync(start.AddMonths(2) - app.Now);
        (await app.BalanceAsync()).ShouldBe(100);

        await app.ReturnAsync("in_2", payment => payment with { Refunded = 0 });
        await app.ReturnAsync("in_1", payment => payment with { Refunded = 60 });
        // What was taken of the second month and withheld of the third; nothing of the base.
        (await app.BalanceAsync()).ShouldBe(400);
        await app.ProveAsync();
    }

    [Fact]
    public async Task What_a_won_dispute_gives_back_of_months_that_are_over_lives_for_another_month()
    {
        await using var app = new PlanApp();
        var start = app.Now;
        await SubscribeAsync(app, "annual", 60, months: 12);
        await app.ReturnAsync("in_1", payment => payment with { Disputed = 60 });
        await app.PassAsync(start.AddMonths(1) - app.Now);
        await app.PassAsync(start.AddMonths(2).AddDays(-1) - app.Now);
        (await app.BalanceAsync()).ShouldBe(0);

        await app.ReturnAsync("in_1", payment => payment with { Disputed = 0 });

        var back = (await GrantsAsync(app)).ShouldHaveSingleItem();
        (back.Available, back.ExpiresAt).ShouldBe((200, app.Now.AddMonths(1)));
        await app.ProveAsync();
    }

    [Fact]
    public async Task A_partial_dispute_takes_no_more_than_a_refund_of_the_same_share()
    {
        await using var app = new PlanApp();
        var start = app.Now;
        await SubscribeAsync(app, "annual", 60, months: 12);
        await app.SpendAsync(30);
        await app.PassAsync(start.AddMonths(1) - app.Now);

        await app.ReturnAsync("in_1", payment => payment with { Disputed = 30 });

        // 130 of 200 are used or left, 100 of them stay paid.
        (await app.BalanceAsync()).ShouldBe(70);
        await app.ReturnAsync("in_1", payment => payment with { Disputed = 0, DisputesLost = 30 });
        (await app.BalanceAsync()).ShouldBe(70);
        (await DebtAsync(app)).ShouldBe(0);
    }

    [Fact]
    public async Task Shares_of_many_refills_add_up_without_a_millionth_too_many()
    {
        await using var app = new PlanApp();
        var start = app.Now;
        await SubscribeAsync(app, "annual", 60, months: 12);
        await app.ReturnAsync("in_1", payment => payment with { Refunded = 20 });
        for (var month = 1; month < 4; month++)
        {
            await app.PassAsync(start.AddMonths(month) - app.Now);
            await app.ReturnAsync("in_1", payment => payment);
        }

        var entries = await app.App.Store.GetEntriesAsync(new EntryQuery(PlanApp.Ann) { Kinds = [EntryKind.Grant], Limit = 100 }, Cancel);
        entries.Count.ShouldBe(4);
        entries.ShouldAllBe(entry => entry.Amount > 60);
    }

    [Fact]
    public async Task A_paced_allowance_shrinks_as_a_whole()
    {
        await using var app = new PlanApp();
        await SubscribeAsync(app, "paced", 30);
        await app.ReturnAsync("in_1", payment => payment with { Refunded = 15 });
        app.App.Clock.Advance(TimeSpan.FromHours(25));
        var spent = Credits.Zero;
        for (var filling = 0; filling < 4; filling++)
        {
            await app.PassAsync(TimeSpan.Zero);
            var there = await app.BalanceAsync();
            spent += there;
            if (!there.IsZero)
            {
                await app.SpendAsync(there);
            }

            app.App.Clock.Advance(TimeSpan.FromHours(6));
        }

        spent.ShouldBe(25);
    }

    [Fact]
    public async Task A_refill_says_nothing_new_of_money_that_went_back_before()
    {
        await using var app = new PlanApp();
        var start = app.Now;
        await SubscribeAsync(app, "annual", 60, months: 12);
        var changed = (await app.ReturnAsync("in_1", payment => payment with { Refunded = 30 })).ChangedAt;
        await app.PassAsync(start.AddMonths(1) - app.Now);

        (await PurchasesAsync(app)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            purchase => purchase.Fulfilment.Parcels.Count.ShouldBe(2),
            purchase => purchase.ChangedAt.ShouldBe(changed));
    }

    [Fact]
    public async Task A_renewal_that_costs_nothing_is_not_paid_for_by_the_invoice_before_it()
    {
        await using var app = new PlanApp();
        var subscription = await SubscribeAsync(app, "basic", 5);
        app.App.Clock.Advance(subscription.PeriodEnd!.Value - app.Now);
        app.Provider.Pay(app.Now);
        app.Invoice("in_2", 0);
        await app.Desk.ConfirmAsync(subscription.Id, Cancel);

        await app.ReturnAsync("in_1", payment => payment with { Refunded = 5 });

        (await app.BalanceAsync()).ShouldBe(100);
    }

    [Fact]
    public async Task An_invoice_of_an_earlier_period_that_is_paid_late_doesn_t_stand_for_this_one()
    {
        await using var app = new PlanApp();
        var subscription = await SubscribeAsync(app, "basic", 5);
        var late = new ProviderInvoice("in_0", new Money(5, "USD"), app.Now.AddMonths(-1), true);
        app.Payments["in_0"] = new Payment { CheckoutId = "in_0", PaymentId = "pi_in_0", Status = PaymentStatus.Paid, Total = late.Total };
        app.Provider.Facts = app.Provider.Facts! with { Invoices = [.. app.Provider.Facts.Invoices, late] };
        var settled = (await app.Desk.ConfirmAsync(subscription.Id, Cancel)).ShouldNotBeNull();

        settled.PaidBy.ShouldBe((await PurchasesAsync(app)).Single(purchase => purchase.CheckoutId == "in_1").Id);
        settled.Invoices.ShouldBe(["in_1", "in_0"]);
    }

    [Fact]
    public async Task A_provider_that_is_down_for_a_moment_delays_the_purchase_and_not_the_credits()
    {
        await using var app = new PlanApp();
        var opened = (SubscribeResult.Opened)await app.Desk.SubscribeAsync(PlanApp.Order("basic"), Cancel);
        app.Provider.Pay(app.Now);
        app.Invoice("in_1", 5);
        app.Payments.Outage = new PaymentProviderException("Down.") { IsTransient = true };
        await app.Desk.ConfirmAsync(opened.Subscription.Id, Cancel);
        (await app.BalanceAsync()).ShouldBe(100);

        app.Payments.Outage = null;
        app.App.Clock.Advance(TimeSpan.FromMinutes(3));
        await app.App.Get<PurchaseDesk>().ReconcileAsync(10, Cancel);

        (await PurchasesAsync(app)).ShouldHaveSingleItem().Status.ShouldBe(PurchaseStatus.Delivered);
    }

    [Fact]
    public async Task A_referral_pays_when_the_first_thing_bought_is_a_plan()
    {
        await using var app = new PlanApp(options =>
        {
            options.Referrals.Enabled = true;
            options.Referrals.ReferrerCredits = 7;
            options.Referrals.ReferredCredits = 5;
        });
        var programme = app.App.Get<AiCredits.Referrals.ReferralProgramme>();
        var code = await programme.GetCodeAsync(new AccountId("bob"), Cancel);
        await programme.AttachAsync(PlanApp.Ann, code, Cancel);
        await SubscribeAsync(app, "basic", 5);
        foreach (var told in await EventsAsync(app))
        {
            foreach (var listener in app.App.Get<IEnumerable<ICreditEventListener>>())
            {
                await listener.HandleAsync(told, Cancel);
            }
        }

        (await app.BalanceAsync()).ShouldBe(105);
    }

    private static async Task<Subscription> SubscribeAsync(PlanApp app, string plan, decimal total, int months = 1)
    {
        var opened = (await app.Desk.SubscribeAsync(PlanApp.Order(plan), Cancel)).ShouldBeOfType<SubscribeResult.Opened>();
        app.Provider.Pay(app.Now, plan, months, opened.Subscription.Seats);
        app.Invoice("in_1", total);
        return (await app.Desk.ConfirmAsync(opened.Subscription.Id, Cancel)).ShouldNotBeNull();
    }

    private static async Task<IReadOnlyList<Purchase>> PurchasesAsync(PlanApp app) =>
        await app.App.Get<IPurchaseStore>().ListAsync(new PurchaseQuery(PlanApp.Ann), Cancel);

    private static async Task<IReadOnlyList<Grant>> GrantsAsync(PlanApp app) => (await app.App.Store.GetAccountAsync(PlanApp.Ann, Cancel)).LiveGrants;

    private static async Task<Credits> DebtAsync(PlanApp app) => (await app.App.Store.GetAccountAsync(PlanApp.Ann, Cancel)).State.Debt;

    private static async Task<IReadOnlyList<CreditEvent>> EventsAsync(PlanApp app) => [.. (await app.App.Get<MemoryOutbox>().LeaseAsync(100, TimeSpan.FromMinutes(1), Cancel)).Select(leased => leased.Event)];
}
