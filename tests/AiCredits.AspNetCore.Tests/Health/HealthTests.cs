using System.Net;
using AiCredits.Integrity;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task The_health_endpoint_answers_200_and_503_while_the_ledger_is_lost()
    {
        await using var app = await TestApp.StartAsync(
            services: services =>
            {
                BreakableStore.Use(services);
                services.AddHealthChecks().AddAiCredits(tags: ["ready"]);
            },
            map: web => web.MapHealthChecks("/health"));

        (await HealthAsync(app)).ShouldBe((HttpStatusCode.OK, "Healthy"));
        app.Services.GetRequiredService<BreakableStore>().IsBroken = true;
        (await HealthAsync(app)).ShouldBe((HttpStatusCode.ServiceUnavailable, "Unhealthy"));
        app.Services.GetRequiredService<BreakableStore>().IsBroken = false;
        (await HealthAsync(app)).ShouldBe((HttpStatusCode.OK, "Healthy"));

        app.Services.GetRequiredService<IntegrityMonitor>().Status.Faults.ShouldBeEmpty();
    }

    private static async Task<(HttpStatusCode Status, string Text)> HealthAsync(TestApp app)
    {
        using var response = await app.Client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
