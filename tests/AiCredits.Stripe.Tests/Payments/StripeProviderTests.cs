using AiCredits.Conformance;
using AiCredits.Payments;

namespace AiCredits.Stripe.Payments;

[Proves(typeof(StripePaymentProvider))]
public sealed class StripeProviderTests : PaymentProviderConformance
{
    private StripeStandIn? stripe;
    private StripeShop? shop;

    protected override async ValueTask<IPaymentProvider> CreateAsync()
    {
        stripe = await StripeStandIn.StartAsync(Clock);
        shop = new StripeShop(stripe);
        return stripe.Provider(options => options.WebhookSecrets.Add(StripeShop.WebhookSecret));
    }

    protected override ValueTask PayAsync(string checkoutId)
    {
        shop![checkoutId].Pay();
        return default;
    }

    protected override WebhookRequest WebhookOf(string checkoutId)
    {
        var (body, signature) = shop!.Webhook("checkout.session.completed", $$"""{"id":"{{checkoutId}}","object":"checkout.session"}""");
        return new WebhookRequest(body, name => name == "Stripe-Signature" ? signature : null);
    }

    protected override ValueTask CleanUpAsync() => stripe!.DisposeAsync();
}
