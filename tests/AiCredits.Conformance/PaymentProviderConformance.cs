using AiCredits.Payments;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.Conformance;

/// <summary>
/// What every <see cref="IPaymentProvider"/> must do. Derive one class per provider, over the provider itself or a stand-in
/// for it, and name the provider with <see cref="ProvesAttribute"/>.
/// </summary>
public abstract class PaymentProviderConformance : IAsyncLifetime
{
    private IPaymentProvider? provider;

    /// <summary>The clock to build the provider with.</summary>
    protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>The provider under test.</summary>
    protected IPaymentProvider Provider => provider ?? throw new InvalidOperationException("The provider is made in InitializeAsync.");

    /// <summary>Cancels the test.</summary>
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Makes the provider.</summary>
    protected abstract ValueTask<IPaymentProvider> CreateAsync();

    /// <summary>Lets the buyer pay a checkout.</summary>
    protected abstract ValueTask PayAsync(string checkoutId);

    /// <summary>A webhook, signed now, that tells of a checkout that was paid.</summary>
    protected abstract WebhookRequest WebhookOf(string checkoutId);

    /// <summary>Gives up what <see cref="CreateAsync"/> made.</summary>
    protected virtual ValueTask CleanUpAsync() => default;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        provider = await CreateAsync();
        ProvesAttribute.Ensure(GetType(), provider);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Its_name_can_be_part_of_an_address() =>
        Provider.Name.ShouldAllBe(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-');

    [Fact]
    public async Task A_purchase_has_one_checkout_however_often_it_is_asked_for()
    {
        var request = New();

        var session = await Provider.CreateCheckoutAsync(request, Cancel);
        (await Provider.CreateCheckoutAsync(request, Cancel)).ShouldBe(session);
        (await Provider.CreateCheckoutAsync(New(), Cancel)).Id.ShouldNotBe(session.Id);

        session.Url.IsAbsoluteUri.ShouldBeTrue();
        var payment = (await Provider.FindPaymentAsync(session.Id, Cancel)).ShouldNotBeNull();
        (payment.CheckoutId, payment.PurchaseId, payment.Status).ShouldBe((session.Id, request.PurchaseId, PaymentStatus.Open));
        (payment.Subtotal ?? payment.Total).ShouldBe(request.Price);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Nothing_and_less_can_t_be_paid(decimal amount) =>
        await Should.ThrowAsync<ArgumentException>(() => Provider.CreateCheckoutAsync(New() with { Price = new Money(amount, "USD") }, Cancel));

    [Theory]
    [InlineData("nothing-like-an-id")]
    [InlineData("../payments/1")]
    [InlineData("")]
    public async Task What_it_does_not_know_is_null(string id) => (await Provider.FindPaymentAsync(id, Cancel)).ShouldBeNull();

    [Fact]
    public async Task A_payment_is_found_by_its_checkout_and_by_its_own_id()
    {
        var session = await Provider.CreateCheckoutAsync(New(), Cancel);
        await PayAsync(session.Id);

        var paid = (await Provider.FindPaymentAsync(session.Id, Cancel)).ShouldNotBeNull();

        paid.Status.ShouldBe(PaymentStatus.Paid);
        (paid.Refunded, paid.Disputed, paid.DisputesLost).ShouldBe((0, 0, 0));
        (await Provider.FindPaymentAsync(paid.PaymentId.ShouldNotBeNull(), Cancel)).ShouldBe(paid);
    }

    [Fact]
    public async Task A_refund_is_made_once_under_its_key_and_never_beyond_the_total()
    {
        var session = await Provider.CreateCheckoutAsync(New(), Cancel);
        await PayAsync(session.Id);
        var paid = (await Provider.FindPaymentAsync(session.Id, Cancel)).ShouldNotBeNull();
        var refund = new RefundRequest(session.Id, paid.PaymentId!, new Money(5, "USD"), "first");

        await Provider.RefundAsync(refund, Cancel);
        await Provider.RefundAsync(refund, Cancel);
        (await RefundedAsync()).ShouldBe(5);
        await Provider.RefundAsync(refund with { Key = "second", Reason = new string('r', 600) }, Cancel);
        (await RefundedAsync()).ShouldBe(10);

        (await Should.ThrowAsync<PaymentProviderException>(() => Provider.RefundAsync(refund with { Key = "third" }, Cancel))).IsTransient.ShouldBeFalse();
        await Should.ThrowAsync<ArgumentException>(() => Provider.RefundAsync(refund with { Key = "fourth", Amount = new Money(0, "USD") }, Cancel));
        (await RefundedAsync()).ShouldBe(10);
        (await Provider.FindPaymentAsync(session.Id, Cancel))!.Status.ShouldBe(PaymentStatus.Paid);

        async Task<decimal> RefundedAsync() => (await Provider.FindPaymentAsync(session.Id, Cancel))!.Refunded;
    }

    [Fact]
    public async Task A_webhook_leads_to_its_payment_and_a_changed_or_old_one_nowhere()
    {
        var session = await Provider.CreateCheckoutAsync(New(), Cancel);
        await PayAsync(session.Id);
        var webhook = WebhookOf(session.Id);

        var accepted = Provider.ReadWebhook(webhook).ShouldBeOfType<WebhookResult.Accepted>();
        (await Provider.FindPaymentAsync(accepted.Event.PaymentId, Cancel)).ShouldNotBeNull().CheckoutId.ShouldBe(session.Id);
        Provider.ReadWebhook(webhook).ShouldBe(accepted, "The same event again.");

        for (var index = 0; index < webhook.Body.Length; index++)
        {
            var changed = webhook.Body.ToArray();
            changed[index] ^= 1;
            Provider.ReadWebhook(webhook with { Body = changed }).ShouldBeOfType<WebhookResult.Rejected>();
        }

        Provider.ReadWebhook(webhook with { Body = default }).ShouldBeOfType<WebhookResult.Rejected>();
        Provider.ReadWebhook(webhook with { Body = webhook.Body[..^1] }).ShouldBeOfType<WebhookResult.Rejected>();
        Provider.ReadWebhook(webhook with { Header = _ => null }).ShouldBeOfType<WebhookResult.Rejected>();
        Provider.ReadWebhook(webhook with { Header = _ => "" }).ShouldBeOfType<WebhookResult.Rejected>();
        Provider.ReadWebhook(webhook with { Header = _ => new string('=', 10_000) }).ShouldBeOfType<WebhookResult.Rejected>();
        Clock.Advance(TimeSpan.FromDays(1));
        Provider.ReadWebhook(webhook).ShouldBeOfType<WebhookResult.Rejected>();
    }

    private CheckoutRequest New() => new()
    {
        PurchaseId = Guid.CreateVersion7(Clock.GetUtcNow()),
        PackId = "creator",
        Title = "Creator: 110 credits",
        Price = new Money(14.99m, "USD"),
        SuccessUrl = new Uri("https://shop.example/?paid"),
        CancelUrl = new Uri("https://shop.example/"),
    };
}
