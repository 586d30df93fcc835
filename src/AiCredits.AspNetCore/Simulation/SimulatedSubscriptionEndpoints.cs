using AiCredits.Plans;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>The pages of simulated subscriptions: who has the address may subscribe, as with a real one.</summary>
internal static class SimulatedSubscriptionEndpoints
{
    private const string Path = "/credits/simulated-subscription";

    public static void MapSimulatedSubscriptions(this RouteGroupBuilder group)
    {
        var services = ((IEndpointRouteBuilder)group).ServiceProvider;
        if (services.GetRequiredService<IHostEnvironment>().IsProduction() || services.GetRequiredService<ISubscriptionProvider>() is not SimulatedSubscriptionProvider provider)
        {
            return;
        }

        var links = services.GetRequiredService<SimulatedLinks>();
        var pages = group.MapSimulatedPages(Path);
        links.NameFirst(SimulatedLinks.Subscription, pages.MapGet("/{id}", (HttpContext context, string id) => Show(context, provider, links, id, null)));
        pages.MapPost("/{id}", (HttpContext context, string id, SubscriptionDesk desk, TimeProvider clock) => ActAsync(context, provider, links, desk, clock, id));
    }

    private static ContentHttpResult Show(HttpContext context, SimulatedSubscriptionProvider provider, SimulatedLinks links, string id, string? message) =>
        provider.Find(id) is { } subscription && subscription.CheckoutId == id
            ? SimulatedPage.Answer(context, SimulatedSubscriptionPage.Render(subscription, links, provider.SealOf(id), message), isThere: true)
            : SimulatedPage.Answer(context, SimulatedSubscriptionPage.RenderGone(), isThere: false);

    private static async Task<IResult> ActAsync(HttpContext context, SimulatedSubscriptionProvider provider, SimulatedLinks links, SubscriptionDesk desk, TimeProvider clock, string id)
    {
        if (provider.Find(id) is not { } before || before.CheckoutId != id || !context.Request.HasFormContentType)
        {
            return Show(context, provider, links, id, null);
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        if (form["seal"] != provider.SealOf(id) || !Enum.TryParse<SimulatedSubscriptionAct>(form["act"], out var act) || !Enum.IsDefined(act))
        {
            return Show(context, provider, links, id, "That could not be done. Choose again.");
        }

        provider.Act(id, act);
        if (form["lose"] != "on" && provider.Find(id) is { } after && after != before)
        {
            var now = UtcMicroseconds.Now(clock);
            await desk.HandleAsync(new SubscriptionEvent($"sim_evt_{Guid.CreateVersion7(new DateTimeOffset(now)):N}", "subscription.changed", id, now), CancellationToken.None).ConfigureAwait(false);
        }

        return act switch
        {
            SimulatedSubscriptionAct.Close => TypedResults.Redirect(before.Request.CancelUrl.AbsoluteUri),
            SimulatedSubscriptionAct.Subscribe => TypedResults.Redirect(before.Request.SuccessUrl.AbsoluteUri),
            SimulatedSubscriptionAct.Decline => Show(context, provider, links, id, "The simulated card was declined. Nothing was paid."),
            _ => Show(context, provider, links, id, null),
        };
    }
}
