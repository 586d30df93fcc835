using AiCredits.Ledger;
using AiCredits.Metering;
using AiCredits.Payments;
using AiCredits.Plans;

namespace AiCredits.Core.Tests.Plans;

public sealed class SubscriptionDeskTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_paid_period_grants_its_credits_once_however_often_it_is_told()
    {
        await using var app = new PlanApp();

        var subscription = await app.SubscribeAsync("basic");
        for (var time = 0; time < 3; time++)
        {
            await app.Desk.HandleAsync(new SubscriptionEvent($"evt_{time}", "invoice.paid", "sub_1", app.Now), Cancel);
        }

        subscription.State.ShouldBe(SubscriptionState.Active);
        (await app.BalanceAsync()).ShouldBe(100);
        var grant = (await app.App.Store.GetAccountAsync(PlanApp.Ann, Cancel)).LiveGrants.ShouldHaveSingleItem();
        (grant.Kind, grant.Reference).ShouldBe((GrantKind.Plan, subscription.Id.ToString()));
        grant.ExpiresAt.ShouldBe(app.Now.AddMonths(1).AddDays(1), "The last day is for the renewal to be paid.");
    }

    [Fact]
    public async Task A_renewal_takes_what_is_left_and_grants_anew_without_a_gap()
    {
        await using var app = new PlanApp();
        var start = app.Now;
        await app.SubscribeAsync("basic");
        await app.SpendAsync(30);

        // Stripe's renewal invoice is a draft for an hour: the period is new, and not paid.
        app.App.Clock.Advance(start.AddMonths(1).AddMinutes(30) - app.Now);
        app.Provider.Facts = app.Provider.Facts! with { PeriodStart = start.AddMonths(1), PeriodEnd = start.AddMonths(2), PaidThrough = start.AddMonths(1) };
        await app.SweepAsync();
        (await app.BalanceAsync()).ShouldBe(70);

        app.Provider.Pay(start.AddMonths(1));
        await app.Desk.HandleAsync(new SubscriptionEvent("evt", "invoice.paid", "sub_1", app.Now), Cancel);

        (await app.BalanceAsync()).ShouldBe(100);
        await app.ProveAsync();
    }

    [Theory]
    [InlineData(0, 200 + 150)]
    [InlineData(20, 200 + 150)]
    [InlineData(80, 200 + 120)]
    [InlineData(200, 200)]
    public async Task What_is_left_is_carried_over_up_to_the_cap(int spent, int expected)
    {
        await using var app = new PlanApp();
        var start = app.Now;
        await app.SubscribeAsync("plus");
        if (spent > 0)
        {
            await app.SpendAsync(spent);
        }

        app.Provider.Pay(start.AddMonths(1), "plus");
        await app.PassAsync(start.AddMonths(1).AddMinutes(5) - app.Now);
        (await app.BalanceAsync()).ShouldBe(expected);
        await app.SweepAsync();
        (await app.BalanceAsync()).ShouldBe(expected);

        // Again at the next one: what was carried over counts as left too, and never adds up beyond the cap.
        app.Provider.Pay(start.AddMonths(2), "plus");
        await app.PassAsync(start.AddMonths(2).AddDays(3) - app.Now);
        (await app.BalanceAsync()).ShouldBe(350);
        await app.ProveAsync();
    }

    [Fact]
    public async Task A_yearly_plan_is_refilled_each_month_and_ends_with_its_year()
    {
        await using var app = new PlanApp();
        var start = app.Now;
        await app.SubscribeAsync("annual", months: 12);
        await app.Desk.CancelAsync(PlanApp.Ann, Cancel);
        for (var month = 1; month < 12; month++)
        {
            await app.SpendAsync(40);
            await app.PassAsync(start.AddMonths(month).AddMinutes(1) - app.Now);
            (await app.BalanceAsync()).ShouldBe(100, $"month {month}");
        }

        app.Provider.Facts = app.Provider.Facts! with { Status = ProviderSubscriptionStatus.Ended, EndedAt = start.AddYears(1) };
        await app.PassAsync(start.AddYears(1).AddMinutes(1) - app.Now);

        (await app.BalanceAsync()).ShouldBe(0);
        (await app.Desk.FindAsync(PlanApp.Ann, Cancel)).ShouldBeNull();
        (await app.App.Store.GetAccountAsync(PlanApp.Ann, Cancel)).State.Issued.ShouldBe(1_200);
        await app.ProveAsync();
    }

    [Fact]
    public async Task Refills_of_a_year_that_is_paid_come_while_the_provider_is_down()
    {
        await using var app = new PlanApp();
        var start = app.Now;
        await app.SubscribeAsync("annual", months: 12);
        app.Provider.IsDown = true;

        await app.PassAsync(start.AddMonths(1).AddMinutes(1) - app.Now);

        (await app.BalanceAsync()).ShouldBe(100);
        (await app.App.Store.GetAccountAsync(PlanApp.Ann, Cancel)).State.Issued.ShouldBe(200);
    }

    [Fact]
    public async Task An_upgrade_grants_the_rest_of_the_difference_at_once_and_switching_back_and_forth_gains_nothing()
    {
        await using var app = new PlanApp();
        var start = app.Now;
        await app.SubscribeAsync("basic");
        app.App.Clock.Advance((start.AddMonths(1) - start) / 2);

        var upgraded = (await app.Desk.ChangeAsync(PlanApp.Ann, "plus", cancellationToken: Cancel)).ShouldBeOfType<PlanChangeResult.Done>().Subscription;
        upgraded.Plan.Id.ShouldBe("plus");
        app.Provider.Changes[^1].Now.ShouldBeTrue();
        (await app.BalanceAsync()).ShouldBe(150, "Half of the period is left, so half of the difference.");

        for (var round = 0; round < 3; round++)
        {
            var lower = (await app.Desk.ChangeAsync(PlanApp.Ann, "basic", cancellationToken: Cancel)).ShouldBeOfType<PlanChangeResult.Done>().Subscription;
            (lower.Plan.Id, lower.NextPlan!.Id).ShouldBe(("plus", "basic"));
            app.Provider.Changes[^1].Now.ShouldBeFalse();
            var higher = (await app.Desk.ChangeAsync(PlanApp.Ann, "plus", cancellationToken: Cancel)).ShouldBeOfType<PlanChangeResult.Done>().Subscription;
            higher.NextPlan.ShouldBeNull();
            (await app.BalanceAsync()).ShouldBe(150);
        }

        // Down from the next period on.
        await app.Desk.ChangeAsync(PlanApp.Ann, "basic", cancellationToken: Cancel);
        app.Provider.Pay(start.AddMonths(1), "basic");
        await app.PassAsync(start.AddMonths(1).AddMinutes(5) - app.Now);
        (await app.BalanceAsync()).ShouldBe(100);
        (await app.Desk.FindAsync(PlanApp.Ann, Cancel))!.Plan.Id.ShouldBe("basic");
        await app.ProveAsync();
    }

    [Fact]
    public async Task A_change_to_yearly_billing_grants_no_second_time_what_was_used_ahead()
    {
        await using var app = new PlanApp();
        var start = app.Now;
        await app.SubscribeAsync("basic");
        await app.SpendAsync(100);
        app.App.Clock.Advance((start.AddMonths(1) - start) / 4);

        app.Provider.Pay(app.Now, "annual", months: 12);
        await app.Desk.HandleAsync(new SubscriptionEvent("evt", "customer.subscription.updated", "sub_1", app.Now), Cancel);

        (await app.BalanceAsync()).ShouldBe(25, "A quarter of the month had passed, so 75 of the 100 were ahead of it.");
        await app.ProveAsync();
    }

    [Fact]
    public async Task A_trial_grants_its_own_credits_once_per_account()
    {
        await using var app = new PlanApp();
        var start = app.Now;
        var opened = (await app.Desk.SubscribeAsync(PlanApp.Order("trial"), Cancel)).ShouldBeOfType<SubscribeResult.Opened>();
        app.Provider.Checkout!.TrialDays.ShouldBe(7);
        app.Provider.Facts = new ProviderSubscription(ProviderSubscriptionStatus.Trialing) { Id = "sub_1", PlanId = "trial", PeriodStart = start, PeriodEnd = start.AddDays(7), PaidThrough = start.AddDays(7) };
        (await app.Desk.ConfirmAsync(opened.Subscription.Id, Cancel))!.State.ShouldBe(SubscriptionState.Trialing);
        (await app.BalanceAsync()).ShouldBe(10);

        app.Provider.Pay(start.AddDays(7), "trial");
        await app.PassAsync(start.AddDays(7).AddMinutes(1) - app.Now);
        (await app.BalanceAsync()).ShouldBe(100);

        app.Provider.Facts = app.Provider.Facts! with { Status = ProviderSubscriptionStatus.Ended };
        await app.PassAsync(TimeSpan.FromDays(1));
        (await app.BalanceAsync()).ShouldBe(0, "What a subscription has left when it ends at once is taken back.");
        app.Provider.Facts = null;
        await app.Desk.SubscribeAsync(PlanApp.Order("trial"), Cancel);
        app.Provider.Checkout.TrialDays.ShouldBe(0);
        await app.ProveAsync();
    }

    [Fact]
    public async Task A_failed_payment_stops_the_refills_and_paying_late_starts_them_again()
    {
        await using var app = new PlanApp();
        var start = app.Now;
        await app.SubscribeAsync("basic");
        app.Provider.Facts = app.Provider.Facts! with { Status = ProviderSubscriptionStatus.PastDue, PeriodStart = start.AddMonths(1), PeriodEnd = start.AddMonths(2), PaidThrough = start.AddMonths(1) };
        await app.PassAsync(start.AddMonths(1).AddDays(2) - app.Now);

        (await app.BalanceAsync()).ShouldBe(0);
        (await app.Desk.FindAsync(PlanApp.Ann, Cancel))!.State.ShouldBe(SubscriptionState.PastDue);
        (await app.Desk.ChangeAsync(PlanApp.Ann, "plus", cancellationToken: Cancel)).ShouldBeOfType<PlanChangeResult.NotPossible>();

        app.Provider.Pay(start.AddMonths(1));
        await app.PassAsync(TimeSpan.FromDays(1));
        (await app.BalanceAsync()).ShouldBe(100);
    }

    [Theory]
    [InlineData("basic", 1, "team", 10, true)]
    [InlineData("team", 5, "team", 6, true)]
    [InlineData("team", 5, "plus", 1, false)]
    [InlineData("team", 2, "huge", 1, true)]
    [InlineData("huge", 1, "team", 10, false)]
    [InlineData("paced", 1, "unlimited", 1, false)]
    [InlineData("basic", 1, "unlimited", 1, true)]
    [InlineData("unlimited", 1, "huge", 1, false)]
    public async Task What_is_more_in_all_is_billed_and_in_force_at_once_and_anything_else_from_the_next_period_on(string from, int seats, string to, int wanted, bool now)
    {
        await using var app = new PlanApp(options => options.Plans["huge"] = new() { Price = 500, Credits = 10_000 });
        await app.SubscribeAsync(from, seats: seats);
        app.App.Clock.Advance(TimeSpan.FromHours(7));
        await app.Desk.ConfirmAsync((await app.Desk.FindAsync(PlanApp.Ann, Cancel))!.Id, Cancel);
        var before = await app.BalanceAsync();

        var changed = (await app.Desk.ChangeAsync(PlanApp.Ann, to, wanted, Cancel)).ShouldBeOfType<PlanChangeResult.Done>().Subscription;

        app.Provider.Changes.ShouldHaveSingleItem().Now.ShouldBe(now);
        (changed.Plan.Id, changed.Seats).ShouldBe(now ? (to, wanted) : (from, seats));
        (changed.NextPlan?.Id ?? changed.Plan.Id, changed.NextSeats ?? changed.Seats).ShouldBe((to, wanted));
        if (!now)
        {
            (await app.BalanceAsync()).ShouldBeLessThanOrEqualTo(before);
        }

        // Whatever was agreed comes with the next period, and nothing contradicts the ledger.
        var next = changed.PeriodEnd!.Value;
        app.Provider.Pay(next, to, seats: wanted);
        await app.PassAsync(next.AddMinutes(5) - app.Now);
        var renewed = (await app.Desk.FindAsync(PlanApp.Ann, Cancel))!;
        (renewed.Plan.Id, renewed.Seats, renewed.NextPlan, renewed.NextSeats).ShouldBe((to, wanted, null, null));
        await app.ProveAsync();
    }

    [Fact]
    public async Task Fewer_seats_take_nothing_away_before_the_next_period()
    {
        await using var app = new PlanApp(options => options.Plans["yearly-team"] = new() { Price = 500, Interval = PlanInterval.Year, Credits = 100, MinSeats = 2, MaxSeats = 10 });
        var start = app.Now;
        await app.SubscribeAsync("yearly-team", 12, seats: 10);
        await app.Desk.ChangeAsync(PlanApp.Ann, "yearly-team", 5, Cancel);

        await app.PassAsync(start.AddMonths(1).AddMinutes(5) - app.Now);

        (await app.BalanceAsync()).ShouldBe(1_000, "Ten seats are paid for the year.");
        app.Provider.Pay(start.AddYears(1), "yearly-team", 12, seats: 5);
        await app.PassAsync(start.AddYears(1).AddMinutes(5) - app.Now);
        (await app.BalanceAsync()).ShouldBe(500);
    }

    [Fact]
    public async Task What_is_paid_already_is_not_billed_again_and_what_goes_beyond_it_is_billed_against_it()
    {
        await using var app = new PlanApp(options => options.Plans["huge"] = new() { Price = 500, Credits = 10_000 });
        await app.SubscribeAsync("plus");

        await app.Desk.ChangeAsync(PlanApp.Ann, "basic", cancellationToken: Cancel);
        await app.Desk.ChangeAsync(PlanApp.Ann, "plus", cancellationToken: Cancel);
        app.Provider.Changes.Select(change => (change.Plan.Id, change.Now)).ShouldBe([("basic", false), ("plus", false)]);

        app.Provider.Changes.Clear();
        await app.Desk.ChangeAsync(PlanApp.Ann, "basic", cancellationToken: Cancel);
        await app.Desk.ChangeAsync(PlanApp.Ann, "huge", cancellationToken: Cancel);
        app.Provider.Changes.Select(change => (change.Plan.Id, change.Now)).ShouldBe([("basic", false), ("plus", false), ("huge", true)]);
    }

    [Fact]
    public async Task A_subscription_that_contradicts_the_ledger_holds_up_no_other()
    {
        await using var app = new PlanApp();
        var opened = (SubscribeResult.Opened)await app.Desk.SubscribeAsync(PlanApp.Order("basic"), Cancel);
        var start = app.Now;
        var taken = new GrantCommand(PlanApp.Ann, GrantKind.Promotion, 1) { Key = $"plan:{opened.Subscription.Id:N}:c:{UtcMicroseconds.From(start)}" };
        await app.App.Store.ExecuteAsync(taken, Cancel);
        app.Provider.Pay(start);
        await Should.ThrowAsync<LedgerInvariantException>(async () => await app.Desk.ConfirmAsync(opened.Subscription.Id, Cancel));
        var store = app.App.Get<ISubscriptionStore>();
        var bob = (await store.FindAsync(opened.Subscription.Id, Cancel))! with { Id = Guid.CreateVersion7(), Account = new AccountId("bob"), ProviderId = null, CheckoutId = "cs_bob", Version = 0, Pending = [], Slot = null };
        (await store.SaveAsync(bob, [], Cancel)).ShouldBeTrue();
        app.Provider.Facts = app.Provider.Facts! with { SubscriptionId = null };

        await app.PassAsync(TimeSpan.FromMinutes(10));

        (await app.App.Store.GetAccountAsync(new AccountId("bob"), Cancel)).State.Available.ShouldBe(100);
        (await store.FindAsync(opened.Subscription.Id, Cancel))!.DueAt.ShouldBe(app.Now.AddHours(1));
        app.App.Logs.GetSnapshot().ShouldContain(line => line.Id.Id == 1064);
    }

    [Theory]
    [InlineData(SubscriptionState.Pending, 0, true)]
    [InlineData(SubscriptionState.Active, 40, true)]
    [InlineData(SubscriptionState.Active, 10, false)]
    public async Task A_subscription_of_a_provider_that_is_not_in_use_any_more_makes_way_once_it_is_over(SubscriptionState state, int daysLater, bool makesWay)
    {
        await using var app = new PlanApp();
        var subscription = await app.SubscribeAsync("basic");
        var store = app.App.Get<ISubscriptionStore>();
        (await store.SaveAsync((await store.FindAsync(subscription.Id, Cancel))! with { Provider = "old", State = state, CheckoutUrl = new Uri("https://old.example/") }, [], Cancel)).ShouldBeTrue();
        await app.PassAsync(TimeSpan.FromDays(daysLater));

        var result = await app.Desk.SubscribeAsync(PlanApp.Order("plus"), Cancel);

        if (makesWay)
        {
            result.ShouldBeOfType<SubscribeResult.Opened>().Subscription.Provider.ShouldBe("fake");
        }
        else
        {
            result.ShouldBeOfType<SubscribeResult.AlreadySubscribed>();
        }
    }

    [Fact]
    public async Task While_the_renewal_is_being_paid_nothing_is_changed()
    {
        await using var app = new PlanApp();
        var start = app.Now;
        await app.SubscribeAsync("basic");
        await app.PassAsync(start.AddMonths(1).AddMinutes(5) - app.Now);
        app.Provider.Facts = app.Provider.Facts! with { PeriodStart = start.AddMonths(1), PeriodEnd = start.AddMonths(2), PaidThrough = start.AddMonths(1) };

        (await app.Desk.ChangeAsync(PlanApp.Ann, "plus", cancellationToken: Cancel)).ShouldBeOfType<PlanChangeResult.NotPossible>().Reason.ShouldContain("renewal");
        app.Provider.Changes.ShouldBeEmpty();

        app.Provider.Pay(start.AddMonths(1));
        (await app.Desk.ChangeAsync(PlanApp.Ann, "plus", cancellationToken: Cancel)).ShouldBeOfType<PlanChangeResult.Done>();
        app.Provider.Changes.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_is_so_already_is_not_asked_for_and_each_change_has_a_key_of_its_own()
    {
        await using var app = new PlanApp();
        await app.SubscribeAsync("basic");

        (await app.Desk.ChangeAsync(PlanApp.Ann, "basic", cancellationToken: Cancel)).ShouldBeOfType<PlanChangeResult.Done>().Subscription.Plan.Id.ShouldBe("basic");
        app.Provider.Changes.ShouldBeEmpty();

        await app.Desk.ChangeAsync(PlanApp.Ann, "plus", cancellationToken: Cancel);
        await app.Desk.ChangeAsync(PlanApp.Ann, "basic", cancellationToken: Cancel);
        await app.Desk.ChangeAsync(PlanApp.Ann, "plus", cancellationToken: Cancel);
        app.Provider.Changes.Select(change => change.Key).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task A_yearly_plan_becomes_a_monthly_one_when_its_year_is_over()
    {
        await using var app = new PlanApp();
        var subscription = await app.SubscribeAsync("annual", months: 12);

        var changed = (await app.Desk.ChangeAsync(PlanApp.Ann, "basic", cancellationToken: Cancel)).ShouldBeOfType<PlanChangeResult.Done>().Subscription;
        app.Provider.Changes.ShouldHaveSingleItem().Now.ShouldBeFalse();
        (changed.Plan.Id, changed.NextPlan?.Id, changed.PeriodEnd).ShouldBe(("annual", "basic", subscription.PeriodEnd));
        await app.PassAsync(TimeSpan.FromDays(40));
        (await app.BalanceAsync()).ShouldBe(100, "the year goes on as it was paid");

        app.App.Clock.Advance(subscription.PeriodEnd!.Value - app.Now);
        app.Provider.Pay(app.Now, "basic");
        var renewed = (await app.Desk.ConfirmAsync(subscription.Id, Cancel)).ShouldNotBeNull();
        (renewed.Plan.Id, renewed.NextPlan, renewed.PeriodEnd).ShouldBe(("basic", null, app.Now.AddMonths(1)));
        (await app.BalanceAsync()).ShouldBe(100);
    }

    [Fact]
    public async Task A_way_up_that_is_declined_leaves_what_was_agreed_for_the_next_period()
    {
        await using var app = new PlanApp(options => options.Plans["annual-plus"] = new() { Price = 150, Interval = PlanInterval.Year, Credits = 300 });
        await app.SubscribeAsync("annual", months: 12);
        await app.Desk.ChangeAsync(PlanApp.Ann, "basic", cancellationToken: Cancel);

        app.Provider.Declines = true;
        await Should.ThrowAsync<PaymentProviderException>(async () => await app.Desk.ChangeAsync(PlanApp.Ann, "annual-plus", cancellationToken: Cancel));

        var kept = (await app.Desk.ConfirmAsync((await app.Desk.FindAsync(PlanApp.Ann, Cancel))!.Id, Cancel)).ShouldNotBeNull();
        (kept.Plan.Id, kept.NextPlan?.Id).ShouldBe(("annual", "basic"));
        app.Provider.Facts!.PlanId.ShouldBe("basic");
    }

    [Fact]
    public async Task What_ends_with_its_year_is_not_brought_back_by_a_change_to_months()
    {
        await using var app = new PlanApp();
        await app.SubscribeAsync("annual", months: 12);
        await app.Desk.CancelAsync(PlanApp.Ann, Cancel);

        (await app.Desk.ChangeAsync(PlanApp.Ann, "basic", cancellationToken: Cancel)).ShouldBeOfType<PlanChangeResult.NotPossible>();
        app.Provider.Changes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_paused_subscription_grants_nothing_until_it_is_resumed()
    {
        await using var app = new PlanApp();
        var start = app.Now;
        await app.SubscribeAsync("annual", months: 12);
        app.Provider.Facts = app.Provider.Facts! with { Status = ProviderSubscriptionStatus.Paused };
        await app.PassAsync(start.AddMonths(1).AddHours(1) - app.Now);
        (await app.BalanceAsync()).ShouldBe(0);

        app.Provider.Facts = app.Provider.Facts with { Status = ProviderSubscriptionStatus.Active };
        await app.PassAsync(TimeSpan.FromDays(1));
        (await app.BalanceAsync()).ShouldBe(100);
    }

    [Fact]
    public async Task Cancelling_and_going_on_after_all()
    {
        await using var app = new PlanApp();
        await app.SubscribeAsync("basic");

        (await app.Desk.CancelAsync(PlanApp.Ann, Cancel)).ShouldBeOfType<PlanChangeResult.Done>().Subscription.CancelAtPeriodEnd.ShouldBeTrue();
        (await app.BalanceAsync()).ShouldBe(100);
        (await app.Desk.ReactivateAsync(PlanApp.Ann, Cancel)).ShouldBeOfType<PlanChangeResult.Done>().Subscription.CancelAtPeriodEnd.ShouldBeFalse();
        (await app.Desk.CancelAsync(new AccountId("bob"), Cancel)).ShouldBeOfType<PlanChangeResult.NotSubscribed>();
    }

    [Fact]
    public async Task A_second_click_gets_the_same_checkout_and_another_plan_ends_the_first_one()
    {
        await using var app = new PlanApp();
        var first = (await app.Desk.SubscribeAsync(PlanApp.Order("basic"), Cancel)).ShouldBeOfType<SubscribeResult.Opened>();
        (await app.Desk.SubscribeAsync(PlanApp.Order("basic"), Cancel)).ShouldBeOfType<SubscribeResult.Opened>().Url.ShouldBe(first.Url);
        app.Provider.Ended.ShouldBeEmpty();

        var second = (await app.Desk.SubscribeAsync(PlanApp.Order("plus"), Cancel)).ShouldBeOfType<SubscribeResult.Opened>();

        app.Provider.Ended.ShouldBe([first.Subscription.CheckoutId!]);
        second.Subscription.Id.ShouldNotBe(first.Subscription.Id);
        app.Provider.Pay(app.Now, "plus");
        await app.Desk.ConfirmAsync(second.Subscription.Id, Cancel);
        (await app.Desk.SubscribeAsync(PlanApp.Order("basic"), Cancel)).ShouldBeOfType<SubscribeResult.AlreadySubscribed>();
        (await app.Desk.SubscribeAsync(PlanApp.Order("nothing"), Cancel)).ShouldBeOfType<SubscribeResult.UnknownPlan>();
    }

    [Fact]
    public async Task A_checkout_that_was_paid_while_it_was_to_be_ended_counts()
    {
        await using var app = new PlanApp();
        var first = (await app.Desk.SubscribeAsync(PlanApp.Order("basic"), Cancel)).ShouldBeOfType<SubscribeResult.Opened>();
        app.Provider.Pay(app.Now);

        (await app.Desk.SubscribeAsync(PlanApp.Order("plus"), Cancel)).ShouldBeOfType<SubscribeResult.AlreadySubscribed>().Subscription.Id.ShouldBe(first.Subscription.Id);

        (await app.BalanceAsync()).ShouldBe(100);
    }

    [Fact]
    public async Task Seats_multiply_the_credits_and_more_of_them_count_at_once()
    {
        await using var app = new PlanApp();
        (await app.Desk.SubscribeAsync(PlanApp.Order("team", 1), Cancel)).ShouldBe(new SubscribeResult.BadSeats(2, 10));
        await app.SubscribeAsync("team", seats: 3);
        (await app.BalanceAsync()).ShouldBe(300);

        await app.Desk.ChangeAsync(PlanApp.Ann, "team", 5, Cancel);
        (await app.BalanceAsync()).ShouldBe(500);
        await app.Desk.ChangeAsync(PlanApp.Ann, "team", 2, Cancel);
        await app.Desk.ChangeAsync(PlanApp.Ann, "team", 5, Cancel);
        (await app.BalanceAsync()).ShouldBe(500);
        (await app.Desk.ChangeAsync(PlanApp.Ann, "team", 11, Cancel)).ShouldBeOfType<PlanChangeResult.BadSeats>();
    }

    [Fact]
    public async Task A_subscription_of_another_product_and_an_unknown_plan_change_nothing()
    {
        await using var app = new PlanApp();
        app.Provider.Facts = new ProviderSubscription(ProviderSubscriptionStatus.Active) { Id = "sub_other", SubscriptionId = Guid.CreateVersion7() };
        (await app.Desk.HandleAsync(new SubscriptionEvent("evt", "invoice.paid", "sub_other", app.Now), Cancel)).ShouldBeNull();

        var subscription = await app.SubscribeAsync("basic");
        app.Provider.Facts = app.Provider.Facts with { PlanId = "no such plan" };
        (await app.Desk.ConfirmAsync(subscription.Id, Cancel))!.Plan.Id.ShouldBe("basic");
        (await app.BalanceAsync()).ShouldBe(100);
    }

    [Fact]
    public async Task An_unlimited_plan_says_when_its_limit_is_reached_and_leaves_bought_credits_alone()
    {
        await using var app = new PlanApp();
        await app.App.Store.ExecuteAsync(new GrantCommand(PlanApp.Ann, GrantKind.Purchase, 5) { Key = "bought" }, Cancel);
        var start = app.Now;
        await app.SubscribeAsync("unlimited");
        await app.SpendAsync(50);
        (await app.BalanceAsync()).ShouldBe(5);

        var refused = (await app.TryAsync(6)).ShouldBeOfType<Admission.FairUseReached>();
        refused.ShouldBe(new Admission.FairUseReached(50, start.AddHours(24)));
        await app.SpendAsync(5);

        // Nobody has swept: whoever asks first fills the next window.
        app.App.Clock.Advance(TimeSpan.FromHours(24));
        await app.SpendAsync(50);
        (await app.TryAsync(1, key: "click")).ShouldBeOfType<Admission.FairUseReached>();
        app.App.Clock.Advance(TimeSpan.FromHours(24));
        (await app.TryAsync(1, key: "another click")).ShouldBeOfType<Admission.Admitted>();
        await app.ProveAsync();
    }

    [Fact]
    public async Task An_unlimited_plan_with_a_pace_is_filled_in_steps_up_to_its_limit()
    {
        await using var app = new PlanApp();
        await app.SubscribeAsync("paced");
        var used = Credits.Zero;
        int[] expected = [20, 20, 10, 0];
        foreach (var step in expected)
        {
            var balance = await app.BalanceAsync();
            balance.ShouldBe(step);
            if (!balance.IsZero)
            {
                await app.SpendAsync(balance);
                used += balance;
            }

            (await app.TryAsync(1)).ShouldBeOfType<Admission.FairUseReached>();
            await app.PassAsync(TimeSpan.FromHours(6));
        }

        used.ShouldBe(50);
        (await app.BalanceAsync()).ShouldBe(20, "The next window begins anew.");
        await app.ProveAsync();
    }

    [Fact]
    public async Task Many_at_once_never_pass_the_limit_of_fair_use()
    {
        await using var app = new PlanApp();
        await app.SubscribeAsync("unlimited");
        app.App.Clock.Advance(TimeSpan.FromHours(24));

        var answers = await Task.WhenAll(Enumerable.Range(0, 80).Select(_ => Task.Run(() => app.TryAsync(1), Cancel)));

        answers.OfType<Admission.Admitted>().Count().ShouldBe(50);
        await app.ProveAsync();
    }
}
