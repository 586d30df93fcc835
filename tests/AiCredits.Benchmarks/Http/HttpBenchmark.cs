using System.Security.Claims;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.Benchmarks.Http;

/// <summary>What the middleware adds to a request: nothing on an endpoint that is not paid, and little on one that is.</summary>
[MemoryDiagnoser]
public class HttpBenchmark
{
    private static readonly ClaimsPrincipal User = new(new ClaimsIdentity([new Claim("sub", "user-1")], "benchmark"));
    private static readonly byte[] Answer = "{\"image\":\"x\"}"u8.ToArray();
    private readonly Endpoint free = new(context => Task.CompletedTask, EndpointMetadataCollection.Empty, "free");
    private readonly Endpoint paid = new(context => Task.CompletedTask, new EndpointMetadataCollection(new RequiresCreditsAttribute("nano-banana")), "paid");
    private ServiceProvider services = null!;
    private RequestDelegate without = null!;
    private RequestDelegate with = null!;

    internal static void Run() => BenchmarkRunner.Run<HttpBenchmark>(
        DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)));

    /// <summary>Builds one pipeline without and one with the middleware.</summary>
    [GlobalSetup]
    public void Build()
    {
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddAiCredits(options =>
        {
            options.Models["nano-banana"].Credits = Credits.FromMillionths(1);
            options.WelcomeCredits = 1_000_000;
        });
        services = collection.BuildServiceProvider();
        without = new ApplicationBuilder(services).Use(_ => WriteAsync).Build();
        with = new ApplicationBuilder(services).UseAiCredits().Use(_ => WriteAsync).Build();
    }

    /// <summary>Ends the services.</summary>
    [GlobalCleanup]
    public void Dispose() => services.Dispose();

    /// <summary>The same request without the middleware.</summary>
    [Benchmark(Baseline = true)]
    public Task Without() => without(Request(free));

    /// <summary>The middleware on an endpoint that is not paid.</summary>
    [Benchmark]
    public Task NotPaid() => with(Request(free));

    /// <summary>The middleware on a paid endpoint: hold and capture in memory.</summary>
    [Benchmark]
    public Task Paid() => with(Request(paid));

    private static async Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await context.Response.BodyWriter.WriteAsync(Answer).ConfigureAwait(false);
    }

    private DefaultHttpContext Request(Endpoint endpoint)
    {
        var context = new DefaultHttpContext { RequestServices = services, User = User };
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        context.SetEndpoint(endpoint);
        return context;
    }
}
