using AiCredits.AspNetCore.Simulation;
using AiCredits.Conformance;
using AiCredits.Payments;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Purchases;

[Proves(typeof(SimulatedPaymentProvider))]
public sealed class SimulatedProviderTests : PaymentProviderConformance
{
    private TestApp? app;
    private SimulatedPaymentProvider? simulated;

    protected override async ValueTask<IPaymentProvider> CreateAsync()
    {
        app = await TestApp.StartAsync(environment: "Development");
        return simulated = ActivatorUtilities.CreateInstance<SimulatedPaymentProvider>(app.Services, Clock);
    }

    protected override ValueTask PayAsync(string checkoutId)
    {
        simulated!.Act(checkoutId, SimulatedAct.Pay).ShouldNotBeNull();
        return default;
    }

    protected override WebhookRequest WebhookOf(string checkoutId) =>
        simulated!.ToWebhook(new PaymentEvent("sim_evt_1", "checkout.paid", checkoutId, UtcMicroseconds.Now(Clock)));

    protected override ValueTask CleanUpAsync() => app!.DisposeAsync();
}
