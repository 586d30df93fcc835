using System.Net;
using System.Security.Claims;
using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>What enforcement costs in memory, counted exactly: the pipeline is called directly, on one thread.</summary>
public sealed class AllocationTests
{
    private const int Requests = 2_000;
    private static readonly byte[] Answer = new byte[500];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_endpoint_that_is_not_paid_costs_nothing()
    {
        await using var services = Services();
        var handler = new RequestDelegate(_ => Task.CompletedTask);
        var pipeline = Pipeline(services, handler);
        var context = new DefaultHttpContext { RequestServices = services };
        context.SetEndpoint(new Endpoint(handler, new EndpointMetadataCollection("another"), "free"));

        Allocated(() => pipeline(context)).ShouldBe(0);
    }

    [Fact]
    public async Task A_request_without_an_endpoint_costs_nothing()
    {
        await using var services = Services();
        var pipeline = Pipeline(services, _ => Task.CompletedTask);
        var context = new DefaultHttpContext { RequestServices = services };

        Allocated(() => pipeline(context)).ShouldBe(0);
    }

    [Fact]
    public async Task A_user_costs_less_than_two_kilobytes_beside_the_ledger()
    {
        await using var services = Services();
        var account = new AccountId("ann");
        var user = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", account.Value)], "test"));
        await services.GetRequiredService<ICreditStore>().ExecuteAsync(new GrantCommand(account, GrantKind.Purchase, 1_000_000) { Key = "start" }, Stop);
        var ledger = Ledger(services, new Caller.Account(account));

        var added = Added(services, context => context.User = user);

        TestContext.Current.TestOutputHelper?.WriteLine($"in all {added} bytes, of which the ledger {ledger}");
        (added - ledger).ShouldBeLessThan(2048);
        (await services.GetRequiredService<CreditMeter>().GetAccountAsync(account, Stop)).State.Spent.ShouldBeGreaterThanOrEqualTo(2 * Requests);
    }

    private static long Ledger(IServiceProvider services, Caller caller)
    {
        var meter = services.GetRequiredService<CreditMeter>();
        var quote = services.GetRequiredService<Pricing.IPricingTable>().Find("flux-dev").ShouldNotBeNull().Quote();
        return Allocated(async () =>
        {
            var admission = (Admission.Admitted)await meter.HoldAsync(new GenerationRequest(caller, quote), CancellationToken.None);
            await meter.SettleAsync(admission.Ticket, new GenerationEnd { Outcome = GenerationOutcome.Succeeded }, cancellationToken: CancellationToken.None);
        }) / Requests;
    }

    private static long Added(IServiceProvider services, Action<HttpContext> prepare)
    {
        var handler = new RequestDelegate(async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.BodyWriter.WriteAsync(Answer, CancellationToken.None);
        });
        var pipeline = Pipeline(services, handler);
        var free = new Endpoint(handler, EndpointMetadataCollection.Empty, "free");
        var paid = new Endpoint(handler, new EndpointMetadataCollection(new RequiresCreditsAttribute("flux-dev")), "paid");
        return (Allocated(() => pipeline(Context(paid))) - Allocated(() => pipeline(Context(free)))) / Requests;

        DefaultHttpContext Context(Endpoint endpoint)
        {
            var context = new DefaultHttpContext { RequestServices = services };
            context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
            context.Request.Method = "POST";
            context.Connection.RemoteIpAddress = IPAddress.Loopback;
            context.SetEndpoint(endpoint);
            prepare(context);
            return context;
        }
    }

    private static long Allocated(Func<Task> request)
    {
        for (var round = 0; round < 500; round++)
        {
            request().IsCompletedSuccessfully.ShouldBeTrue();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Requests; round++)
        {
            _ = request();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static RequestDelegate Pipeline(IServiceProvider services, RequestDelegate handler)
    {
        var app = new ApplicationBuilder(services);
        app.UseAiCredits();
        app.Run(handler);
        return app.Build();
    }

    private static ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddLogging();
        services.AddAiCredits();
        return services.BuildServiceProvider();
    }
}
