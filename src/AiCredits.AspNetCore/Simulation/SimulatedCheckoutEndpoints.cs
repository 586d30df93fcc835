using AiCredits.AspNetCore.Purchases;
using AiCredits.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>The pages of the simulated checkout and the simulated portal: who has the address may pay, as with a real one.</summary>
internal static class SimulatedCheckoutEndpoints
{
    private const string Path = "/credits/simulated-checkout";

    public static void MapSimulatedCheckout(this RouteGroupBuilder group)
    {
        var services = ((IEndpointRouteBuilder)group).ServiceProvider;
        if (services.GetRequiredService<IHostEnvironment>().IsProduction() || services.GetRequiredService<IPaymentProvider>() is not SimulatedPaymentProvider provider)
        {
            return;
        }

        var links = services.GetRequiredService<SimulatedLinks>();
        var pages = group.MapSimulatedPages(Path);
        links.NameFirst(SimulatedLinks.Checkout, pages.MapGet("/{id}", (HttpContext context, string id) => Show(context, provider, id, null)));
        pages.MapPost("/{id}", (HttpContext context, string id, WebhookReceiver receiver) => ActAsync(context, provider, receiver, id));
        links.NameFirst(SimulatedLinks.Portal, group.MapSimulatedPages("/credits/simulated-portal").MapGet("/{id}", (HttpContext context, string id, SimulatedPortal portal) =>
            portal.Render(id, links) is { } page ? SimulatedPage.Answer(context, page, isThere: true) : SimulatedPage.Answer(context, SimulatedPortalPage.RenderGone(), isThere: false)));
    }

    private static ContentHttpResult Show(HttpContext context, SimulatedPaymentProvider provider, string id, string? message) =>
        provider.Find(id) is { } checkout && checkout.Id == id
            ? SimulatedPage.Answer(context, SimulatedCheckoutPage.Render(checkout, provider.SealOf(id), message), isThere: true)
            : SimulatedPage.Answer(context, SimulatedCheckoutPage.RenderGone(), isThere: false);

    private static async Task<IResult> ActAsync(HttpContext context, SimulatedPaymentProvider provider, WebhookReceiver receiver, string id)
    {
        if (provider.Find(id) is not { } checkout || checkout.Id != id || !context.Request.HasFormContentType)
        {
            return Show(context, provider, id, null);
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        if (form["seal"] != provider.SealOf(id) || !Enum.TryParse<SimulatedAct>(form["act"], out var act) || !Enum.IsDefined(act))
        {
            return Show(context, provider, id, "That could not be done. Choose again.");
        }

        var paymentEvent = provider.Act(id, act);
        if (paymentEvent is not null && form["lose"] != "on")
        {
            // By the same way as a real provider's: signed, verified, read, looked up.
            await receiver.ReceiveAsync(provider.Name, provider.ToWebhook(paymentEvent), CancellationToken.None).ConfigureAwait(false);
        }

        return act switch
        {
            SimulatedAct.Close => TypedResults.Redirect(checkout.Request.CancelUrl.AbsoluteUri),
            SimulatedAct.Pay or SimulatedAct.PayLater when paymentEvent is not null => TypedResults.Redirect(checkout.Request.SuccessUrl.AbsoluteUri),
            SimulatedAct.Decline => Show(context, provider, id, "The simulated card was declined. Nothing was paid."),
            _ => Show(context, provider, id, null),
        };
    }
}
