using AiCredits.Conformance.Purchases;
using AiCredits.Events;
using AiCredits.Ledger;
using AiCredits.Payments;
using AiCredits.Purchases;
using AiCredits.TopUps;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AiCredits.Core.Tests.TopUps;

public sealed class TopUpDeskTests : IAsyncDisposable
{
    private static readonly AccountId Ann = new("ann");
    private readonly ScriptedPayments payments = new();
    private readonly FakeCards cards;
    private readonly CoreApp app;

    public TopUpDeskTests()
    {
        cards = new FakeCards(payments);
        app = new CoreApp(build: builder =>
        {
            builder.Services.Replace(ServiceDescriptor.Singleton<IPaymentProvider>(payments));
            builder.Services.Replace(ServiceDescriptor.Singleton<ITopUpProvider>(cards));
        });
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TopUpDesk Desk => app.Get<TopUpDesk>();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Nothing_is_bought_before_its_owner_agrees_and_saves_a_card()
    {
        await CheckAsync();
        (await Desk.FindAsync(Ann, Cancel)).ShouldBeNull();

        var on = await Desk.TurnOnAsync(Ann, new TopUpOrder("starter", 5, 2, "v1"), Cancel);
        (on.ConsentAt, on.ConsentText).ShouldBe((UtcMicroseconds.Now(app.Clock), "v1"));
        await CheckAsync();
        cards.Asked.ShouldBe(0);

        await Desk.SetUpCardAsync(Ann, new Uri("https://shop.example/ok"), new Uri("https://shop.example/no"), null, Cancel);
        (await Desk.ConfirmCardAsync(Ann, Cancel))!.Card!.Label.ShouldBe("visa 4242");
        await CheckAsync();
        await BalanceAsync(25);

        await Desk.TurnOffAsync(Ann, Cancel);
        await SpendAsync(25);
        await CheckAsync();
        await BalanceAsync(0);
        cards.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task A_low_balance_buys_once_and_is_delivered_as_every_purchase()
    {
        await ReadyAsync();
        await BalanceAsync(0);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await Desk.CheckAsync(Ann, Cancel), Cancel)));

        await BalanceAsync(25);
        cards.Charges.Count.ShouldBe(1);
        var purchase = (await app.Get<IPurchaseStore>().ListAsync(new PurchaseQuery(Ann), Cancel)).ShouldHaveSingleItem();
        (purchase.Status, purchase.PackId, purchase.CustomerId).ShouldBe((PurchaseStatus.Delivered, "starter", "cus_1"));
        await CheckAsync();
        cards.Asked.ShouldBe(1);
        (await ToldAsync()).OfType<CreditEvent.PurchaseCompleted>().ShouldHaveSingleItem().PurchaseId.ShouldBe(purchase.Id);
    }

    [Fact]
    public async Task So_many_in_a_month_and_no_more()
    {
        await ReadyAsync(most: 2);
        for (var round = 0; round < 4; round++)
        {
            await CheckAsync();
            await SpendAsync((await app.Store.GetAccountAsync(Ann, Cancel)).State.Available);
            app.Clock.Advance(TimeSpan.FromDays(1));
        }

        cards.Charges.Count.ShouldBe(2);
        app.Clock.Advance(TimeSpan.FromDays(30));
        await app.Sweep<TopUpSweeper>().SweepAsync(Cancel);
        cards.Charges.Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_answer_that_was_lost_is_looked_up_and_nothing_is_charged_twice()
    {
        await ReadyAsync();
        cards.LosesAnswers = true;
        await CheckAsync();
        await BalanceAsync(0);
        cards.Charges.Count.ShouldBe(1);

        await CheckAsync();
        cards.Asked.ShouldBe(1, "The attempt waits before it is looked up.");
        app.Clock.Advance(TimeSpan.FromMinutes(6));
        await app.Sweep<TopUpSweeper>().SweepAsync(Cancel);

        await BalanceAsync(25);
        cards.Asked.ShouldBe(1, "The charge was found, so it was not asked for again.");
        (await Desk.FindAsync(Ann, Cancel))!.Attempt.ShouldBeNull();
    }

    [Fact]
    public async Task What_nobody_can_tell_within_a_day_is_never_charged_again()
    {
        await ReadyAsync();
        cards.IsDown = true;
        await CheckAsync();
        app.Clock.Advance(TimeSpan.FromHours(24));
        cards.IsDown = false;

        await app.Sweep<TopUpSweeper>().SweepAsync(Cancel);

        cards.Charges.ShouldBeEmpty();
        (await Desk.FindAsync(Ann, Cancel))!.Fault.ShouldBe(TopUpFault.OutcomeUnknown);
        app.Clock.Advance(TimeSpan.FromDays(40));
        await CheckAsync();
        cards.Charges.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_decline_backs_off_tells_the_owner_and_gives_up_at_the_third()
    {
        await ReadyAsync();
        cards.Next = new ChargeResult.Declined("Insufficient funds.");
        TimeSpan[] waits = [TimeSpan.FromHours(1), TimeSpan.FromHours(24)];
        foreach (var wait in waits)
        {
            await CheckAsync();
            var waiting = (await Desk.FindAsync(Ann, Cancel))!;
            waiting.NotBefore.ShouldBe(UtcMicroseconds.Now(app.Clock) + wait);
            await CheckAsync();
            app.Clock.Advance(wait);
        }

        cards.Charges.Count.ShouldBe(2);
        await CheckAsync();
        app.Clock.Advance(TimeSpan.FromDays(10));
        await CheckAsync();

        cards.Charges.Count.ShouldBe(3);
        (await Desk.FindAsync(Ann, Cancel))!.Fault.ShouldBe(TopUpFault.Declined);
        var told = (await ToldAsync()).OfType<CreditEvent.TopUpFailed>().ToList();
        told.Select(one => one.NeedsOwner).ShouldBe([false, false, true]);
        told[0].Reason.ShouldBe("Insufficient funds.");
        (await app.Get<IPurchaseStore>().ListAsync(new PurchaseQuery(Ann), Cancel)).ShouldAllBe(purchase => purchase.Status == PurchaseStatus.Failed);

        // Agreeing again begins anew.
        cards.Next = null;
        await Desk.TurnOnAsync(Ann, new TopUpOrder("starter", 5, 3, "v2"), Cancel);
        await CheckAsync();
        await BalanceAsync(25);
    }

    [Fact]
    public async Task A_bank_that_wants_its_owner_stops_it_at_once()
    {
        await ReadyAsync();
        cards.Next = new ChargeResult.AuthenticationRequired();
        await CheckAsync();

        (await Desk.FindAsync(Ann, Cancel))!.Fault.ShouldBe(TopUpFault.AuthenticationRequired);
        (await ToldAsync()).OfType<CreditEvent.TopUpFailed>().ShouldHaveSingleItem().NeedsOwner.ShouldBeTrue();
        app.Clock.Advance(TimeSpan.FromDays(5));
        await CheckAsync();
        cards.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task A_process_that_died_after_keeping_the_attempt_is_followed_by_another_one()
    {
        await ReadyAsync();
        var store = app.Get<ITopUpStore>();
        var ready = (await store.FindAsync(Ann, Cancel))!;
        var now = UtcMicroseconds.Now(app.Clock);
        var died = Guid.CreateVersion7();
        await store.SaveAsync(ready with { Attempt = new TopUpAttempt(died, now, now.AddMinutes(5), 1), Bought = 1, DueAt = now.AddMinutes(5) }, [], Cancel);
        await CheckAsync();
        cards.Asked.ShouldBe(0);

        app.Clock.Advance(TimeSpan.FromMinutes(5));
        await app.Sweep<TopUpSweeper>().SweepAsync(Cancel);

        cards.Charges.Keys.ShouldBe([died]);
        await BalanceAsync(25);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_a_charge_is_taken_and_not_delivered_nothing_more_is_charged(bool isDown)
    {
        await ReadyAsync();
        if (isDown)
        {
            // The charge goes through, and then nobody answers how the payment stands.
            payments.Outage = new PaymentProviderException("Down.") { IsTransient = true };
        }
        else
        {
            cards.NewStatus = PaymentStatus.Processing;
        }

        await CheckAsync();
        for (var look = 0; look < 30; look++)
        {
            app.Clock.Advance(TimeSpan.FromMinutes(5));
            await app.Sweep<TopUpSweeper>().SweepAsync(Cancel);
        }

        cards.Charges.Count.ShouldBe(1);
        cards.Asked.ShouldBe(1);
        await BalanceAsync(0);
        payments.Outage = null;
        var taken = cards.Charges.Values.Single().ShouldBeOfType<ChargeResult.Taken>().PaymentId;
        payments[taken] = payments[taken] with { Status = PaymentStatus.Paid };
        app.Clock.Advance(TimeSpan.FromHours(3));
        await app.Sweep<TopUpSweeper>().SweepAsync(Cancel);

        await BalanceAsync(25);
        (await Desk.FindAsync(Ann, Cancel))!.Attempt.ShouldBeNull();
        cards.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task A_payment_that_does_not_arrive_after_all_counts_as_declined()
    {
        await ReadyAsync();
        cards.NewStatus = PaymentStatus.Processing;
        await CheckAsync();
        var taken = cards.Charges.Values.Single().ShouldBeOfType<ChargeResult.Taken>().PaymentId;
        payments[taken] = payments[taken] with { Status = PaymentStatus.Failed };
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        await app.Sweep<TopUpSweeper>().SweepAsync(Cancel);

        var topUp = (await Desk.FindAsync(Ann, Cancel))!;
        (topUp.Attempt, topUp.Declines, topUp.Bought).ShouldBe((null, 1, 0));
        topUp.NotBefore.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_charge_that_is_not_what_was_agreed_stops_it()
    {
        await ReadyAsync();
        cards.Currency = "EUR";
        await CheckAsync();
        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.Sweep<TopUpSweeper>().SweepAsync(Cancel);

        (await Desk.FindAsync(Ann, Cancel))!.Fault.ShouldBe(TopUpFault.NotDelivered);
        cards.Charges.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_given_back_is_not_charged_again_until_its_owner_agrees_anew(bool disputed)
    {
        await ReadyAsync();
        await CheckAsync();
        await BalanceAsync(25);
        var purchase = (await app.Get<IPurchaseStore>().ListAsync(new PurchaseQuery(Ann), Cancel)).ShouldHaveSingleItem();
        app.Clock.Advance(TimeSpan.FromHours(1));
        payments[purchase.CheckoutId!] = disputed ? payments[purchase.CheckoutId!] with { Disputed = 4.99m } : payments[purchase.CheckoutId!] with { Refunded = 4.99m };
        await app.Get<PurchaseDesk>().ConfirmAsync(purchase.Id, Cancel);
        await BalanceAsync(0);

        await CheckAsync();
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        await app.Sweep<TopUpSweeper>().SweepAsync(Cancel);

        cards.Charges.Count.ShouldBe(1);
        (await Desk.FindAsync(Ann, Cancel))!.Fault.ShouldBe(TopUpFault.PaymentReturned);
        (await ToldAsync()).OfType<CreditEvent.TopUpFailed>().ShouldHaveSingleItem().NeedsOwner.ShouldBeTrue();

        await Desk.TurnOnAsync(Ann, new TopUpOrder("starter", 5, 3, "v2"), Cancel);
        await CheckAsync();
        cards.Charges.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_another_instance_has_taken_over_is_its_own_to_end()
    {
        await ReadyAsync();
        var store = app.Get<ITopUpStore>();
        cards.Next = new ChargeResult.Declined("No.");
        var second = new TopUpAttempt(Guid.CreateVersion7(), UtcMicroseconds.Now(app.Clock), UtcMicroseconds.Now(app.Clock).AddMinutes(5), 1);
        cards.OnCharge = async () =>
        {
            // While this one stalls, another instance ends its attempt and begins the next one.
            var found = (await store.FindAsync(Ann, Cancel))!;
            (await store.SaveAsync(found with { Attempt = second, Bought = 2 }, [], Cancel)).ShouldBeTrue();
        };

        await CheckAsync();

        var topUp = (await Desk.FindAsync(Ann, Cancel))!;
        (topUp.Attempt, topUp.Bought, topUp.Declines).ShouldBe((second, 2, 0));
    }

    [Fact]
    public async Task An_attempt_stays_with_the_card_that_it_began_with()
    {
        await ReadyAsync();
        cards.IsDown = true;
        await CheckAsync();
        var store = app.Get<ITopUpStore>();
        var topUp = (await store.FindAsync(Ann, Cancel))!;
        (await store.SaveAsync(topUp with { Card = new SavedCard("cus_2", "pm_2", "another") }, [], Cancel)).ShouldBeTrue();
        cards.IsDown = false;
        app.Clock.Advance(TimeSpan.FromMinutes(6));

        await app.Sweep<TopUpSweeper>().SweepAsync(Cancel);

        await BalanceAsync(25);
        payments[cards.Charges.Values.Single().ShouldBeOfType<ChargeResult.Taken>().PaymentId].CustomerId.ShouldBe("cus_1");
    }

    [Theory]
    [InlineData("nothing", 5, 2, "v1")]
    [InlineData("starter", 0, 2, "v1")]
    [InlineData("starter", 5, 0, "v1")]
    [InlineData("starter", 5, 101, "v1")]
    [InlineData("starter", 5, 2, "")]
    public async Task What_could_not_work_is_refused(string pack, int threshold, int most, string text) =>
        await Should.ThrowAsync<ArgumentException>(async () => await Desk.TurnOnAsync(Ann, new TopUpOrder(pack, threshold, most, text), Cancel));

    private async Task ReadyAsync(int most = 3)
    {
        await Desk.TurnOnAsync(Ann, new TopUpOrder("starter", 5, most, "v1"), Cancel);
        await Desk.SetUpCardAsync(Ann, new Uri("https://shop.example/ok"), new Uri("https://shop.example/no"), null, Cancel);
        await Desk.ConfirmCardAsync(Ann, Cancel);
    }

    private async Task CheckAsync() => await Desk.CheckAsync(Ann, Cancel);

    private async Task BalanceAsync(Credits expected) => (await app.Store.GetAccountAsync(Ann, Cancel)).State.Available.ShouldBe(expected);

    private async Task<List<CreditEvent>> ToldAsync() => [.. (await app.Get<IEventOutbox>().LeaseAsync(1_000, TimeSpan.FromMinutes(1), Cancel)).Select(one => one.Event)];

    private async Task SpendAsync(Credits amount)
    {
        if (amount.IsZero)
        {
            return;
        }

        var id = Guid.CreateVersion7();
        await app.Store.ExecuteAsync(new HoldCommand(Ann, id, amount, TimeSpan.FromMinutes(1), new GenerationStart { Model = "flux-dev", Count = 1, Price = amount, PriceVersion = "v" }), Cancel);
        (await app.Store.ExecuteAsync(new CaptureCommand(Ann, id, null, new GenerationEnd { Outcome = GenerationOutcome.Succeeded }), Cancel)).ShouldBeOfType<SettleResult.Settled>();
    }
}
