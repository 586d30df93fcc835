using AiCredits.Conformance.Purchases;
using AiCredits.Events;
using AiCredits.Ledger;
using AiCredits.Payments;
using AiCredits.Purchases;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AiCredits.Core.Tests.Purchases;

public sealed class PurchaseDeskTests : IAsyncDisposable
{
    private static readonly AccountId Alice = new("alice");
    private readonly ScriptedPayments payments = new();
    private readonly CoreApp app;

    public PurchaseDeskTests() => app = new CoreApp(build: builder => builder.Services.Replace(ServiceDescriptor.Singleton<IPaymentProvider>(payments)));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private PurchaseDesk Desk => app.Get<PurchaseDesk>();

    private IPurchaseStore Purchases => app.Get<IPurchaseStore>();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task What_was_agreed_is_delivered_whatever_becomes_of_the_pack()
    {
        var purchase = await BuyAsync();
        app.Change("AiCredits:Packs:creator:Credits", "1");
        app.Change("AiCredits:Packs:creator:BonusCredits", "0");
        app.Change("AiCredits:Packs:creator:Price", "99");

        var delivered = await PayAsync(purchase);

        delivered.Status.ShouldBe(PurchaseStatus.Delivered);
        var grants = (await app.Store.GetAccountAsync(Alice, Cancel)).LiveGrants;
        grants.Select(grant => (grant.Kind, grant.Amount)).ShouldBe([(GrantKind.Bonus, 10), (GrantKind.Purchase, 100)], ignoreOrder: true);
        grants.ShouldAllBe(grant => grant.ExpiresAt == null && grant.Reference == purchase.Id.ToString());
        var told = (await ToldAsync()).OfType<CreditEvent.PurchaseCompleted>().ShouldHaveSingleItem();
        (told.PurchaseId, told.PackName, told.Credits, told.BonusCredits, told.Total).ShouldBe((purchase.Id, "Creator", 110, 10, new Money(14.99m, "USD")));
    }

    [Fact]
    public async Task Purchased_credits_expire_where_the_settings_say_so_and_come_back_with_their_end()
    {
        app.Change("AiCredits:Purchases:CreditsExpireAfter", "30.00:00:00");
        var purchase = await BuyAsync();
        var end = UtcMicroseconds.Now(app.Clock).AddDays(30);
        await PayAsync(purchase);
        app.Clock.Advance(TimeSpan.FromDays(1));
        await ChangeAsync(purchase, payment => payment with { Disputed = 14.99m });
        app.Clock.Advance(TimeSpan.FromDays(1));

        await ChangeAsync(purchase, payment => payment with { Disputed = 0 });

        var account = await app.Store.GetAccountAsync(Alice, Cancel);
        account.State.Available.ShouldBe(110);
        account.LiveGrants.ShouldAllBe(grant => grant.ExpiresAt == end);
        account.LiveGrants.Select(grant => grant.Kind).ShouldBe([GrantKind.Bonus, GrantKind.Purchase], ignoreOrder: true);
    }

    [Fact]
    public async Task What_has_expired_is_neither_taken_back_nor_owed()
    {
        app.Change("AiCredits:Purchases:CreditsExpireAfter", "30.00:00:00");
        var purchase = await PayAsync(await BuyAsync());
        app.Clock.Advance(TimeSpan.FromDays(31));

        var refunded = await ChangeAsync(purchase, payment => payment with { Refunded = 14.99m });

        refunded.Status.ShouldBe(PurchaseStatus.Refunded);
        var state = (await app.Store.GetAccountAsync(Alice, Cancel)).State;
        (state.Available, state.Debt, state.Expired).ShouldBe((0, 0, 110));
    }

    [Fact]
    public async Task A_refund_of_what_is_spent_is_debt_that_later_credits_repay()
    {
        var purchase = await PayAsync(await BuyAsync());
        await SpendAsync(80);

        var refunded = await ChangeAsync(purchase, payment => payment with { Refunded = 14.99m });

        refunded.Fulfilment.Parcels.Sum(parcel => parcel.Owed.Millionths).ShouldBe(Credits.FromDecimal(80).Millionths);
        (await StateAsync()).Debt.ShouldBe(80);
        await PayAsync(await BuyAsync("next"));
        var state = await StateAsync();
        (state.Available, state.Debt).ShouldBe((30, 0));
    }

    [Fact]
    public async Task An_opened_dispute_takes_what_is_left_and_no_more_until_it_is_lost()
    {
        var purchase = await PayAsync(await BuyAsync());
        await SpendAsync(80);

        var disputed = await ChangeAsync(purchase, payment => payment with { Disputed = 14.99m });
        disputed.Status.ShouldBe(PurchaseStatus.Disputed);
        var open = await StateAsync();
        (open.Available, open.Debt).ShouldBe((0, 0));
        await ChangeAsync(purchase, payment => payment with { Disputed = 0, DisputesLost = 14.99m });

        var lost = await StateAsync();
        (lost.Available, lost.Debt).ShouldBe((0, 80));
        (await ToldAsync()).Select(one => one.Name).Where(name => name.StartsWith("purchase", StringComparison.Ordinal)).ShouldBe(["purchase_completed", "purchase_disputed", "purchase_dispute_closed"]);
    }

    [Fact]
    public async Task What_a_hold_gives_back_while_the_payment_is_disputed_is_taken_by_the_next_look()
    {
        var purchase = await PayAsync(await BuyAsync());
        var hold = new HoldCommand(Alice, Guid.NewGuid(), 30, TimeSpan.FromHours(1), new GenerationStart { Model = "flux-dev" });
        await app.Store.ExecuteAsync(hold, Cancel);
        await ChangeAsync(purchase, payment => payment with { Disputed = 14.99m });
        await app.Store.ExecuteAsync(new ReleaseCommand(Alice, hold.HoldId, new GenerationEnd { Outcome = GenerationOutcome.Failed }), Cancel);
        (await StateAsync()).Available.ShouldBe(30);

        app.Clock.Advance(TimeSpan.FromHours(6));
        await Desk.ReconcileAsync(10, Cancel);

        (await StateAsync()).Available.ShouldBe(0);
        await ChangeAsync(purchase, payment => payment with { Disputed = 0 });
        (await StateAsync()).Available.ShouldBe(110);
    }

    [Fact]
    public async Task A_refund_and_a_dispute_of_the_same_money_take_the_credits_once()
    {
        var purchase = await PayAsync(await BuyAsync());
        await ChangeAsync(purchase, payment => payment with { Disputed = 14.99m });

        await ChangeAsync(purchase, payment => payment with { Refunded = 5, Disputed = 9.99m });
        await ChangeAsync(purchase, payment => payment with { Refunded = 5, Disputed = 0, DisputesLost = 9.99m });

        var state = await StateAsync();
        (state.Available, state.Debt, state.Revoked).ShouldBe((0, 0, 110));
    }

    [Fact]
    public async Task A_refund_that_fails_gives_the_credits_back()
    {
        var purchase = await PayAsync(await BuyAsync());
        await ChangeAsync(purchase, payment => payment with { Refunded = 14.99m });

        var restored = await ChangeAsync(purchase, payment => payment with { Refunded = 0 });

        restored.Status.ShouldBe(PurchaseStatus.Delivered);
        (await StateAsync()).Available.ShouldBe(110);
    }

    [Fact]
    public async Task Credits_that_an_admin_took_back_are_not_taken_again()
    {
        var purchase = await PayAsync(await BuyAsync());
        var paid = purchase.Fulfilment.Parcels.Single(parcel => parcel.Part == PurchasePart.Paid);
        await app.Store.ExecuteAsync(new RevokeCommand(Alice, paid.GrantId, 40) { Key = "by hand" }, Cancel);

        await ChangeAsync(purchase, payment => payment with { Refunded = 14.99m });
        var refunded = await StateAsync();
        (refunded.Available, refunded.Debt).ShouldBe((0, 0));
        await ChangeAsync(purchase, payment => payment with { Refunded = 0 });

        (await StateAsync()).Available.ShouldBe(70);
    }

    [Theory]
    [InlineData(10.99, "USD")]
    [InlineData(14.99, "EUR")]
    [InlineData(0, "USD")]
    public async Task What_was_not_agreed_is_not_delivered_and_somebody_is_told(decimal amount, string currency)
    {
        var purchase = await BuyAsync();

        var paid = await ChangeAsync(purchase, payment => payment with { Status = PaymentStatus.Paid, Subtotal = new Money(amount, currency), Total = new Money(amount, currency) });
        await Desk.ConfirmAsync(purchase.Id, Cancel);

        paid.Status.ShouldBe(PurchaseStatus.Paid);
        paid.Fault.ShouldNotBeNull().ShouldContain("14.99 USD was agreed");
        (await StateAsync()).Issued.ShouldBe(0);
        (await ToldAsync()).OfType<CreditEvent.PurchaseRejected>().ShouldHaveSingleItem().Reason.ShouldBe(paid.Fault);
        app.Logs.GetSnapshot().Count(log => log.Id.Id == 1053).ShouldBe(1);
        (await ChangeAsync(purchase, payment => payment with { Refunded = amount })).Status.ShouldBe(amount > 0 ? PurchaseStatus.Refunded : PurchaseStatus.Paid);
    }

    [Theory]
    [InlineData(17.84)]
    [InlineData(11.24)]
    [InlineData(0)]
    public async Task Taxes_and_promotions_change_the_total_and_not_the_credits(decimal total)
    {
        var purchase = await BuyAsync();

        await ChangeAsync(purchase, payment => payment with { Status = PaymentStatus.Paid, Total = new Money(total, "USD") });
        (await StateAsync()).Available.ShouldBe(110);
        await ChangeAsync(purchase, payment => payment with { Refunded = total / 2 });

        (await StateAsync()).Available.ShouldBe(total == 0 ? 110 : 55);
    }

    [Fact]
    public async Task Another_checkout_that_claims_the_purchase_delivers_nothing()
    {
        var purchase = await BuyAsync();
        payments["cs_forged"] = payments[purchase.CheckoutId!] with { CheckoutId = "cs_forged", Status = PaymentStatus.Paid };

        (await Desk.HandleAsync(new PaymentEvent("evt", "paid", "cs_forged", DateTime.UnixEpoch), Cancel)).ShouldBeNull();

        (await StateAsync()).Issued.ShouldBe(0);
    }

    [Fact]
    public async Task Metadata_that_was_changed_to_another_purchase_delivers_what_the_checkout_was_for()
    {
        var cheap = await BuyAsync("cheap", "starter");
        var dear = await BuyAsync("dear", "enterprise");
        payments[cheap.CheckoutId!] = payments[cheap.CheckoutId!] with { Status = PaymentStatus.Paid, PurchaseId = dear.Id };

        var handled = await Desk.HandleAsync(new PaymentEvent("evt", "paid", cheap.CheckoutId!, DateTime.UnixEpoch), Cancel);

        handled.ShouldNotBeNull().Id.ShouldBe(cheap.Id);
        (await StateAsync()).Available.ShouldBe(25);
    }

    [Fact]
    public async Task A_purchase_that_crashed_before_it_kept_its_checkout_is_delivered_all_the_same()
    {
        var purchase = await BuyAsync();
        await Purchases.UpdateAsync(purchase with { CheckoutId = null, CheckoutUrl = null, Version = purchase.Version + 1 }, [], Cancel);
        payments[purchase.CheckoutId!] = payments[purchase.CheckoutId!] with { Status = PaymentStatus.Paid };

        var handled = await Desk.HandleAsync(new PaymentEvent("evt", "paid", purchase.CheckoutId!, DateTime.UnixEpoch), Cancel);

        handled.ShouldNotBeNull().Status.ShouldBe(PurchaseStatus.Delivered);
        handled.CheckoutId.ShouldBe(purchase.CheckoutId);
    }

    [Fact]
    public async Task A_checkout_that_nobody_finished_expires_by_itself_with_one_event()
    {
        var purchase = await BuyAsync();
        await Purchases.UpdateAsync(purchase with { CheckoutId = null, CheckoutUrl = null, Version = purchase.Version + 1 }, [], Cancel);

        for (var hour = 0; hour < 40; hour++)
        {
            app.Clock.Advance(TimeSpan.FromHours(1));
            await Desk.ReconcileAsync(10, Cancel);
        }

        var expired = (await Purchases.FindAsync(purchase.Id, Cancel)).ShouldNotBeNull();
        (expired.Status, expired.DueAt).ShouldBe((PurchaseStatus.Expired, null));
        (await ToldAsync()).OfType<CreditEvent.PurchaseFailed>().ShouldHaveSingleItem().Expired.ShouldBeTrue();
    }

    [Fact]
    public async Task A_provider_that_answers_nonsense_changes_nothing()
    {
        var purchase = await PayAsync(await BuyAsync());
        payments[purchase.CheckoutId!] = payments[purchase.CheckoutId!] with { Refunded = -1 };

        (await Should.ThrowAsync<PaymentProviderException>(async () => await Desk.ConfirmAsync(purchase.Id, Cancel))).IsTransient.ShouldBeTrue();
        payments[purchase.CheckoutId!] = payments[purchase.CheckoutId!] with { Refunded = 0, Status = PaymentStatus.Failed };
        await Desk.ConfirmAsync(purchase.Id, Cancel);

        (await Purchases.FindAsync(purchase.Id, Cancel)).ShouldBe(purchase);
        (await StateAsync()).Available.ShouldBe(110);
    }

    [Fact]
    public async Task A_provider_that_is_down_is_asked_again()
    {
        var purchase = await BuyAsync();
        payments[purchase.CheckoutId!] = payments[purchase.CheckoutId!] with { Status = PaymentStatus.Paid };
        payments.Outage = new PaymentProviderException("down") { IsTransient = true };
        app.Clock.Advance(TimeSpan.FromMinutes(3));
        (await Desk.ReconcileAsync(10, Cancel)).ShouldBe(1);
        (await Desk.ReconcileAsync(10, Cancel)).ShouldBe(0);

        payments.Outage = null;
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        (await Desk.ReconcileAsync(10, Cancel)).ShouldBe(1);

        (await StateAsync()).Available.ShouldBe(110);
    }

    [Fact]
    public async Task The_reconciliation_looks_ever_more_seldom_and_then_no_more()
    {
        var purchase = await PayAsync(await BuyAsync());
        var looks = 0;
        for (var day = 0; day < 500; day++)
        {
            app.Clock.Advance(TimeSpan.FromDays(1));
            looks += await Desk.ReconcileAsync(10, Cancel);
        }

        looks.ShouldBeInRange(12, 25);
        (await Purchases.FindAsync(purchase.Id, Cancel))!.DueAt.ShouldBeNull();
    }

    [Fact]
    public async Task A_purchase_through_a_provider_that_is_gone_is_left_alone()
    {
        var purchase = await BuyAsync();
        await Purchases.UpdateAsync(purchase with { Provider = "paddle", Version = purchase.Version + 1 }, [], Cancel);
        app.Clock.Advance(TimeSpan.FromDays(3));

        await Desk.ReconcileAsync(10, Cancel);

        (await Purchases.FindAsync(purchase.Id, Cancel))!.Status.ShouldBe(PurchaseStatus.Pending);
    }

    [Fact]
    public async Task A_hundred_confirmations_at_once_deliver_once()
    {
        var purchase = await BuyAsync();
        payments[purchase.CheckoutId!] = payments[purchase.CheckoutId!] with { Status = PaymentStatus.Paid };

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(async () =>
        {
            try
            {
                await Desk.ConfirmAsync(purchase.Id, Cancel);
            }
            catch (LedgerUnavailableException)
            {
                // Too many others: the caller would be sent again.
            }
        })));

        (await StateAsync()).Issued.ShouldBe(110);
        (await ToldAsync()).OfType<CreditEvent.PurchaseCompleted>().ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refund_that_was_broken_off_is_finished_by_the_reconciliation(bool wasMade)
    {
        var purchase = await BuyAsync();
        await PayAsync(purchase);
        payments.RefundOutage = (new PaymentProviderException("Down.") { IsTransient = true }, wasMade);
        await Should.ThrowAsync<PaymentProviderException>(async () => await Desk.RefundAsync(new RefundOrder(purchase.Id, "ticket") { Amount = 5 }, Cancel));
        app.Clock.Advance(TimeSpan.FromMinutes(6));
        await Desk.ReconcileAsync(10, Cancel);
        (await Purchases.FindAsync(purchase.Id, Cancel))!.Fulfilment.Refunds.ShouldHaveSingleItem().Made.ShouldBeFalse();
        payments.RefundOutage = null;

        app.Clock.Advance(TimeSpan.FromMinutes(6));
        await Desk.ReconcileAsync(10, Cancel);

        var refunded = (await Purchases.FindAsync(purchase.Id, Cancel)).ShouldNotBeNull();
        (refunded.Status, refunded.Refunded).ShouldBe((PurchaseStatus.PartlyRefunded, 5));
        refunded.Fulfilment.Refunds.ShouldHaveSingleItem().Made.ShouldBeTrue();
        payments.Refunds.ShouldHaveSingleItem();

        // And it is not looked at every few minutes for ever.
        app.Clock.Advance(TimeSpan.FromMinutes(6));
        await Desk.ReconcileAsync(10, Cancel);
        (await Purchases.FindAsync(purchase.Id, Cancel))!.DueAt.ShouldNotBeNull().ShouldBeGreaterThan(UtcMicroseconds.Now(app.Clock).AddHours(12));
    }

    [Fact]
    public async Task A_refund_whose_key_the_provider_may_have_forgotten_is_left_to_people()
    {
        var purchase = await BuyAsync();
        await PayAsync(purchase);
        payments.RefundOutage = (new PaymentProviderException("Down.") { IsTransient = true }, false);
        await Should.ThrowAsync<PaymentProviderException>(async () => await Desk.RefundAsync(new RefundOrder(purchase.Id, "ticket"), Cancel));
        app.Clock.Advance(TimeSpan.FromHours(23));
        payments.RefundOutage = null;

        await Desk.ReconcileAsync(10, Cancel);

        payments.Refunds.ShouldBeEmpty();
        (await Desk.RefundAsync(new RefundOrder(purchase.Id, "ticket"), Cancel)).ShouldBeOfType<RefundOrderResult.Unknown>();
    }

    [Fact]
    public async Task A_refund_that_the_provider_has_refused_can_be_ordered_anew_under_its_key()
    {
        var purchase = await BuyAsync();
        await PayAsync(purchase);
        payments.RefundOutage = (new PaymentProviderException("Not now."), false);
        await Should.ThrowAsync<PaymentProviderException>(async () => await Desk.RefundAsync(new RefundOrder(purchase.Id, "ticket") { Amount = 5 }, Cancel));
        (await Purchases.FindAsync(purchase.Id, Cancel))!.Fulfilment.Refunds.ShouldBeEmpty();
        payments.RefundOutage = null;
        app.Clock.Advance(TimeSpan.FromSeconds(1));

        (await Desk.RefundAsync(new RefundOrder(purchase.Id, "ticket") { Amount = 6 }, Cancel)).ShouldBeOfType<RefundOrderResult.Done>().Purchase.Refunded.ShouldBe(6);
    }

    [Theory]
    [InlineData(14.99, 14.99, 110_000_000)]
    [InlineData(0.01, 14.99, 73_383)]
    [InlineData(7.495, 14.99, 55_000_000)]
    [InlineData(1, 3, 36_666_667)]
    [InlineData(0, 3, 0)]
    [InlineData(0, 0, 0)]
    public void A_share_is_rounded_up_to_a_millionth(decimal part, decimal whole, long expected) =>
        PurchaseRules.ShareOf(110, part, whole).Millionths.ShouldBe(expected);

    [Theory]
    [InlineData("AiCredits:Purchases:CreditsExpireAfter", "00:00:00")]
    [InlineData("AiCredits:Purchases:ReconcileInterval", "00:00:00.5")]
    [InlineData("AiCredits:Purchases:ReconcileInterval", "2.00:00:00")]
    public async Task A_wrong_setting_is_named(string key, string value)
    {
        await using var wrong = new CoreApp(new() { [key] = value });

        Should.Throw<Microsoft.Extensions.Options.OptionsValidationException>(() => wrong.Options).Failures.ShouldHaveSingleItem().ShouldStartWith("AIC1030");
    }

    private async Task<Purchase> BuyAsync(string key = "click", string pack = "creator") =>
        (await Desk.BeginAsync(new CheckoutOrder(Alice, pack, (id, paid) => new Uri($"https://shop.example/{id}/{paid}")) { ClientKey = key }, Cancel)).ShouldBeOfType<CheckoutResult.Opened>().Purchase;

    private Task<Purchase> PayAsync(Purchase purchase) => ChangeAsync(purchase, payment => payment with { Status = PaymentStatus.Paid, PaymentId = "pi_1" });

    private async Task<Purchase> ChangeAsync(Purchase purchase, Func<Payment, Payment> change)
    {
        payments[purchase.CheckoutId!] = change(payments[purchase.CheckoutId!]);
        return (await Desk.ConfirmAsync(purchase.Id, Cancel)).ShouldNotBeNull();
    }

    private async Task SpendAsync(Credits amount)
    {
        var hold = new HoldCommand(Alice, Guid.NewGuid(), amount, TimeSpan.FromHours(1), new GenerationStart { Model = "flux-dev" });
        (await app.Store.ExecuteAsync(hold, Cancel)).ShouldBeOfType<HoldResult.Held>();
        await app.Store.ExecuteAsync(new CaptureCommand(Alice, hold.HoldId, null, new GenerationEnd { Outcome = GenerationOutcome.Succeeded }), Cancel);
    }

    private async Task<AccountState> StateAsync() => (await app.Store.GetAccountAsync(Alice, Cancel)).State;

    private async Task<List<CreditEvent>> ToldAsync() =>
        [.. (await app.Get<IEventOutbox>().LeaseAsync(1000, TimeSpan.FromDays(1), Cancel)).Select(one => one.Event)];
}
