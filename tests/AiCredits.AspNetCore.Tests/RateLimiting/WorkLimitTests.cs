using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.RateLimiting;

public sealed class WorkLimitTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Work_is_limited_with_and_without_the_framework_s_middleware(bool useRateLimiter)
    {
        await using var app = await StartAsync(3, useRateLimiter);

        var statuses = await PostAsync(app, "/api/credits/claim", 5, user: "ann");

        statuses.ShouldBe([200, 200, 200, 429, 429]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_refusal_is_a_problem_that_says_when_to_come_back(bool useRateLimiter)
    {
        await using var app = await StartAsync(1, useRateLimiter);
        await PostAsync(app, "/sign-up", 1);

        using var response = await app.SendAsync(HttpMethod.Post, "/sign-up");

        var problem = await TestApp.ReadAsync(response, 429);
        problem.GetProperty("type").GetString().ShouldEndWith("/too-many-requests");
        response.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Users_and_networks_are_counted_apart()
    {
        await using var app = await StartAsync(1, useRateLimiter: false);

        (await PostAsync(app, "/sign-up", 2, user: "ann")).ShouldBe([200, 429]);
        (await PostAsync(app, "/sign-up", 2, user: "bob")).ShouldBe([200, 429]);
        (await PostAsync(app, "/sign-up", 2, address: "198.51.100.7")).ShouldBe([200, 429]);
        (await PostAsync(app, "/sign-up", 1, address: "2001:db8::1")).ShouldBe([200]);
        (await PostAsync(app, "/sign-up", 1, address: "2001:db8::2")).ShouldBe([429]);
        (await PostAsync(app, "/sign-up", 1, address: "2001:db8:0:1::1")).ShouldBe([200]);
    }

    [Theory]
    [InlineData(0, "00:01:00")]
    [InlineData(10, "00:00:00")]
    [InlineData(10, "2.00:00:00")]
    public async Task A_limit_out_of_range_stops_the_start(int limit, string window)
    {
        var exception = await Should.ThrowAsync<Exception>(() => TestApp.StartAsync(services: services => services.Configure<AiCreditsHttpOptions>(options =>
        {
            options.WorkLimit = limit;
            options.WorkWindow = TimeSpan.Parse(window);
        })));

        exception.Message.ShouldContain("AIC1157: AiCredits:Http:WorkLimit");
    }

    private static Task<TestApp> StartAsync(int limit, bool useRateLimiter) => TestApp.StartAsync(
        services: services =>
        {
            services.Configure<AiCreditsHttpOptions>(options => options.WorkLimit = limit);
            services.AddRateLimiter();
        },
        map: app =>
        {
            if (useRateLimiter)
            {
                app.UseRateLimiter();
            }

            app.MapPost("/sign-up", () => Results.Ok()).RequireAiCreditsWorkLimit();
        });

    private static async Task<List<int>> PostAsync(TestApp app, string path, int times, string? user = null, string? address = null)
    {
        var statuses = new List<int>();
        for (var time = 0; time < times; time++)
        {
            using var response = await app.SendAsync(HttpMethod.Post, path, user, address: address);
            statuses.Add((int)response.StatusCode);
        }

        return statuses;
    }
}
