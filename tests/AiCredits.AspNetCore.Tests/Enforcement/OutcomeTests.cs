using System.Net;
using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>What becomes of a hold, by how the request ended and what the handler said.</summary>
public sealed class OutcomeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, GenerationOutcome.Succeeded, 49)]
    [InlineData(204, GenerationOutcome.Succeeded, 49)]
    [InlineData(302, GenerationOutcome.Succeeded, 49)]
    [InlineData(400, GenerationOutcome.Failed, 50)]
    [InlineData(500, GenerationOutcome.Failed, 50)]
    [InlineData(504, GenerationOutcome.TimedOut, 50)]
    public async Task The_status_decides_when_the_handler_says_nothing(int status, GenerationOutcome outcome, int balance)
    {
        await using var app = await TestApp.StartAsync(map: web => web.MapPost("/x", [RequiresCredits("flux-dev")] () => Results.StatusCode(status)));

        using var response = await app.SendAsync(HttpMethod.Post, "/x", user: "ann");

        ((int)response.StatusCode).ShouldBe(status);
        RefusalTests.One(response, "Credits-Charged").ShouldBe(balance == 50 ? "0" : "1");
        RefusalTests.One(response, "Credits-Remaining").ShouldBe(balance.ToString());
        (await RefusalTests.BalanceAsync(app, "ann")).ShouldBe(balance);
        (await LastAsync(app)).Outcome.ShouldBe(outcome);
    }

    [Fact]
    public async Task An_exception_costs_nothing_is_thrown_on_and_is_told_after_the_handler_of_exceptions_has_cleared_the_headers()
    {
        await using var app = await StartWithExceptionHandlerAsync(web => web.MapPost("/x", [RequiresCredits("flux-dev")] IResult () => throw new InvalidOperationException("The model is broken.")));

        using var response = await app.SendAsync(HttpMethod.Post, "/x", user: "ann");

        (await response.Content.ReadAsStringAsync(Stop)).ShouldBe("InvalidOperationException");
        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        RefusalTests.One(response, "Credits-Charged").ShouldBe("0");
        RefusalTests.One(response, "Credits-Remaining").ShouldBe("50");
        var generation = await LastAsync(app);
        generation.Outcome.ShouldBe(GenerationOutcome.Failed);
        generation.Error.ShouldBe("InvalidOperationException: The model is broken.");
    }

    [Theory]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(TaskCanceledException))]
    public async Task A_time_out_of_the_model_is_one(Type exception)
    {
        await using var app = await StartWithExceptionHandlerAsync(web => web.MapPost("/x", [RequiresCredits("flux-dev")] IResult () => throw (Exception)Activator.CreateInstance(exception)!));

        await app.SendAsync(HttpMethod.Post, "/x", user: "ann");

        (await LastAsync(app)).Outcome.ShouldBe(GenerationOutcome.TimedOut);
        (await RefusalTests.BalanceAsync(app, "ann")).ShouldBe(50);
    }

    [Fact]
    public async Task A_time_out_of_the_request_is_not_a_client_that_is_gone()
    {
        await using var app = await TestApp.StartAsync(
            services: services => services.AddRequestTimeouts(),
            map: web =>
            {
                web.UseRequestTimeouts();
                web.MapPost("/x", [RequiresCredits("flux-dev")] async (HttpContext context) => await Task.Delay(Timeout.Infinite, context.RequestAborted))
                    .WithRequestTimeout(TimeSpan.FromMilliseconds(50));
            });

        using var response = await app.SendAsync(HttpMethod.Post, "/x", user: "ann");

        response.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        (await LastAsync(app)).Outcome.ShouldBe(GenerationOutcome.TimedOut);
    }

    [Fact]
    public async Task A_handler_may_declare_failure_with_any_status()
    {
        await using var app = await TestApp.StartAsync(map: web => web.MapPost("/x", [RequiresCredits("flux-dev")] (ICreditsFeature credits) =>
        {
            credits.Fail("The image is black.");
            return "sorry";
        }));

        using var response = await app.SendAsync(HttpMethod.Post, "/x", user: "ann");

        RefusalTests.One(response, "Credits-Charged").ShouldBe("0");
        (await RefusalTests.BalanceAsync(app, "ann")).ShouldBe(50);
        var generation = await LastAsync(app);
        (generation.Outcome, generation.Error).ShouldBe((GenerationOutcome.Failed, "The image is black."));
    }

    [Fact]
    public async Task A_failed_generation_gives_a_guest_the_use_back()
    {
        await using var app = await TestApp.StartAsync(map: web => web.MapPost("/x", [RequiresCredits("flux-dev")] () => Results.StatusCode(500)));

        using var response = await app.SendAsync(HttpMethod.Post, "/x");

        RefusalTests.One(response, "RateLimit").ShouldBe("\"guest\";r=3");
    }

    [Theory]
    [InlineData(false, 50)]
    [InlineData(true, 49)]
    public async Task Moderation_is_charged_when_the_options_say_so(bool charge, int balance)
    {
        await using var app = await TestApp.StartAsync(options => options.Outcomes.ChargeRejected = charge, map: web => web.MapPost("/x", [RequiresCredits("flux-dev")] (HttpContext context) =>
        {
            context.GetCredits().Reject("nudity");
            return Results.StatusCode(422);
        }));

        await app.SendAsync(HttpMethod.Post, "/x", user: "ann");

        (await RefusalTests.BalanceAsync(app, "ann")).ShouldBe(balance);
        (await LastAsync(app)).Outcome.ShouldBe(GenerationOutcome.Rejected);
    }

    [Fact]
    public async Task Success_that_is_declared_stands_even_when_the_handler_throws_afterwards()
    {
        await using var app = await StartWithExceptionHandlerAsync(web => web.MapPost("/x", [RequiresCredits("flux-dev")] IResult (ICreditsFeature credits) =>
        {
            credits.Succeed();
            throw new InvalidOperationException("Could not send the mail.");
        }));

        using var response = await app.SendAsync(HttpMethod.Post, "/x", user: "ann");

        RefusalTests.One(response, "Credits-Charged").ShouldBe("1");
        (await RefusalTests.BalanceAsync(app, "ann")).ShouldBe(49);
    }

    [Theory]
    [InlineData("0.25", "0.25", "49.75")]
    [InlineData("0", "0", "50")]
    [InlineData("7", "1", "49")]
    public async Task What_it_really_cost_is_charged_up_to_the_price(string cost, string charged, string remaining)
    {
        await using var app = await TestApp.StartAsync(map: web => web.MapPost("/x", [RequiresCredits("flux-dev")] (ICreditsFeature credits) =>
        {
            credits.SetActualCost(Credits.Parse(cost));
            return $"{credits.Charged} {credits.Remaining}";
        }));

        using var response = await app.SendAsync(HttpMethod.Post, "/x", user: "ann");

        (await response.Content.ReadAsStringAsync(Stop)).ShouldBe($"{charged} {remaining}");
        RefusalTests.One(response, "Credits-Charged").ShouldBe(charged);
        RefusalTests.One(response, "Credits-Remaining").ShouldBe(remaining);
    }

    [Fact]
    public async Task Prompt_and_provider_facts_are_recorded()
    {
        await using var app = await TestApp.StartAsync(map: web => web.MapPost("/x", [RequiresCredits("flux-dev")] (ICreditsFeature credits) =>
        {
            credits.SetPrompt("a cat");
            credits.SetProvider("req-1", 12_345, "USD");
            return "done";
        }));

        await app.SendAsync(HttpMethod.Post, "/x", user: "ann");

        var generation = await LastAsync(app);
        generation.Start.Prompt.ShouldBe("a cat");
        generation.Start.PromptExpiresAt.ShouldBe(TestApp.Start.UtcDateTime.AddDays(30));
        (generation.ProviderRequestId, generation.ProviderCostMillionths, generation.ProviderCurrency).ShouldBe(("req-1", 12_345L, "USD"));
    }

    [Fact]
    public async Task A_generation_that_is_handed_over_is_settled_by_the_job()
    {
        GenerationTicket? ticket = null;
        await using var app = await TestApp.StartAsync(map: web => web.MapPost("/x", (ICreditsFeature credits) =>
        {
            ticket = credits.HandOver();
            return Results.Accepted();
        }).RequireCredits("flux-dev", configure: options => options.Lease = TimeSpan.FromHours(2)));

        using var response = await app.SendAsync(HttpMethod.Post, "/x", user: "ann");

        RefusalTests.One(response, "Credits-Charged").ShouldBe("1");
        RefusalTests.One(response, "Credits-Remaining").ShouldBe("49");
        ticket.ShouldNotBeNull().ExpiresAt.ShouldBe(TestApp.Start.UtcDateTime.AddHours(2));
        (await app.Store.GetAccountAsync(new AccountId("ann"), Stop)).State.Held.ShouldBe(1);
        await app.Services.GetRequiredService<CreditMeter>().SettleAsync(ticket, new GenerationEnd { Outcome = GenerationOutcome.Failed }, cancellationToken: Stop);
        (await RefusalTests.BalanceAsync(app, "ann")).ShouldBe(50);
    }

    [Fact]
    public async Task A_request_that_outlasts_its_lease_keeps_its_hold_and_one_that_ended_is_not_renewed()
    {
        using var entered = new SemaphoreSlim(0);
        using var leave = new SemaphoreSlim(0);
        await using var app = await TestApp.StartAsync(options => options.WelcomeCredits = 1, map: web => web.MapPost("/x", [RequiresCredits("flux-dev")] async () =>
        {
            entered.Release();
            await leave.WaitAsync(Stop);
            return "done";
        }));
        var keeper = app.Services.GetRequiredService<LeaseKeeper>();
        var slow = app.SendAsync(HttpMethod.Post, "/x", user: "ann");
        await entered.WaitAsync(Stop);

        for (var minute = 0; minute < 60; minute += 3)
        {
            app.Clock.Advance(TimeSpan.FromMinutes(3));
            await keeper.RenewAsync(Stop);
            await app.Store.SettleDueAsync(100, Stop);
        }

        // Its credit is still set aside: nobody else gets it meanwhile.
        using var second = await app.SendAsync(HttpMethod.Post, "/x", user: "ann");
        ((int)second.StatusCode).ShouldBe(402);
        leave.Release();
        using var response = await slow;
        RefusalTests.One(response, "Credits-Charged").ShouldBe("1");
        (await RefusalTests.BalanceAsync(app, "ann")).ShouldBe(0);
        (await LastAsync(app)).Status.ShouldBe(GenerationStatus.Succeeded);

        app.Clock.Advance(TimeSpan.FromHours(1));
        await keeper.RenewAsync(Stop);
        (await LastAsync(app)).Status.ShouldBe(GenerationStatus.Succeeded);
    }

    [Fact]
    public async Task What_was_begun_and_cleared_is_not_sent()
    {
        await using var app = await TestApp.StartAsync(map: web => web.MapPost("/x", [RequiresCredits("flux-dev")] async (HttpContext context) =>
        {
            await context.Response.WriteAsync("half an ans", Stop);
            context.Response.Clear();
            context.Response.StatusCode = 500;
            await context.Response.WriteAsync("sorry", Stop);
        }));

        using var response = await app.SendAsync(HttpMethod.Post, "/x", user: "ann");

        (await response.Content.ReadAsStringAsync(Stop)).ShouldBe("sorry");
        RefusalTests.One(response, "Credits-Charged").ShouldBe("0");
    }

    [Fact]
    public async Task The_balance_is_right_by_the_time_a_client_has_the_answer()
    {
        await using var app = await TestApp.StartAsync(map: web => web.MapPost("/x", [RequiresCredits("flux-dev")] async (HttpContext context) => await context.Response.WriteAsJsonAsync(new { ok = true }, Stop)));

        for (var round = 1; round <= 50; round++)
        {
            using var response = await app.SendAsync(HttpMethod.Post, "/x", user: "ann");
            var json = await app.JsonAsync("/api/credits", "ann");
            json.GetProperty("credits").GetProperty("balance").GetDecimal().ShouldBe(50 - round);
            json.GetProperty("credits").GetProperty("held").GetDecimal().ShouldBe(0);
        }
    }

    [Fact]
    public async Task Logging_middleware_outside_can_read_what_was_charged()
    {
        string? seen = null;
        await using var app = await TestApp.StartAsync(
            services: services => services.AddSingleton<Microsoft.AspNetCore.Hosting.IStartupFilter>(new First(async (context, next) =>
            {
                await next(context);
                seen = context.Features.Get<ICreditsFeature>()?.Charged.ToString();
            })),
            map: web => web.MapPost("/x", [RequiresCredits("flux-dev")] () => "done"));

        await app.SendAsync(HttpMethod.Post, "/x", user: "ann");

        seen.ShouldBe("1");
    }

    [Fact]
    public async Task A_handler_of_an_unpaid_endpoint_that_asks_for_credits_is_told_why_there_are_none()
    {
        await using var app = await StartWithExceptionHandlerAsync(web => web.MapPost("/x", (ICreditsFeature credits) => credits.Charged.ToString()));

        using var response = await app.SendAsync(HttpMethod.Post, "/x", user: "ann");

        (await response.Content.ReadAsStringAsync(Stop)).ShouldBe("InvalidOperationException");
    }

    internal static async Task<Generation> LastAsync(TestApp app, string user = "ann") =>
        (await app.Store.GetGenerationsAsync(new GenerationQuery(new AccountId(user)), Stop))[0];

    private static Task<TestApp> StartWithExceptionHandlerAsync(Action<WebApplication> map) => TestApp.StartAsync(
        services: services => services.AddSingleton<Microsoft.AspNetCore.Hosting.IStartupFilter>(new First(async (context, next) =>
        {
            // What UseExceptionHandler does.
            try
            {
                await next(context);
            }
            catch (Exception exception)
            {
                context.Response.Clear();
                context.Response.StatusCode = 500;
                await context.Response.WriteAsync(exception.GetType().Name, Stop);
            }
        })),
        map: map);

    private sealed class First(Func<HttpContext, RequestDelegate, Task> middleware) : Microsoft.AspNetCore.Hosting.IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(middleware);
            next(app);
        };
    }
}
