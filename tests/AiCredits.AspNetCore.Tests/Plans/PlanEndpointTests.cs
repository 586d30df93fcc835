using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AiCredits.Plans;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Plans;

/// <summary>Plans over HTTP, with the simulated provider: from the list to the last day.</summary>
public sealed partial class PlanEndpointTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Plans_are_listed_cheapest_per_month_first()
    {
        await using var app = await StartAsync();

        var plans = (await app.JsonAsync("/api/credit-plans")).EnumerateArray().ToList();

        plans.Select(plan => plan.GetProperty("id").GetString()).ShouldBe(["annual", "basic", "unlimited"]);
        plans[0].GetRawText().ShouldBe("""{"id":"annual","name":"Annual","description":null,"price":48,"currency":"USD","interval":"year","pricePerMonth":4,"credits":100,"refillMonths":1,"rollOverCap":null,"trialDays":0,"trialCredits":0,"fairUse":null,"minSeats":1,"maxSeats":1,"bestValue":false}""");
        plans[2].GetProperty("fairUse").GetRawText().ShouldBe("""{"credits":5,"windowHours":24,"rateCredits":null,"rateHours":null}""");
    }

    [Fact]
    public async Task From_the_click_to_the_credits_to_the_end()
    {
        await using var app = await StartAsync();
        await app.JsonAsync("/api/credits/subscription", "ann", 404);

        var begun = await PostAsync(app, "subscribe", """{"planId":"basic","returnUrl":"/account?tab=plan"}""");
        var again = await PostAsync(app, "subscribe", """{"planId":"basic"}""");
        again.GetRawText().ShouldBe(begun.GetRawText());
        (await app.JsonAsync("/api/credits/subscription", "ann")).GetProperty("status").GetString().ShouldBe("pending");

        // The webhook is lost: whoever comes back is known all the same.
        var page = new Uri(begun.GetProperty("url").GetString()!).PathAndQuery;
        var back = await ActAsync(app, page, "Subscribe", lose: true);
        back.ShouldStartWith("http://localhost/account?tab=plan&subscription=");
        back.ShouldEndWith("&checkout=success");
        var subscription = await app.JsonAsync("/api/credits/subscription", "ann");
        subscription.GetProperty("status").GetString().ShouldBe("active");
        await BalanceAsync(app, 100);

        var second = await PostAsync(app, "subscribe", """{"planId":"annual"}""", 409);
        second.GetProperty("type").GetString().ShouldEndWith("/already-subscribed");

        (await PostAsync(app, "subscription/cancel", "{}")).GetProperty("cancelAtPeriodEnd").GetBoolean().ShouldBeTrue();
        (await PostAsync(app, "subscription/reactivate", "{}")).GetProperty("cancelAtPeriodEnd").GetBoolean().ShouldBeFalse();
        await ActAsync(app, page, "End", lose: false);
        await BalanceAsync(app, 0);
        await app.JsonAsync("/api/credits/subscription", "ann", 404);
        await PostAsync(app, "subscription/cancel", "{}", 404);
    }

    [Fact]
    public async Task What_was_paid_is_listed_and_its_refund_takes_credits_back()
    {
        await using var app = await StartAsync();
        var begun = await PostAsync(app, "subscribe", """{"planId":"basic"}""");
        var page = new Uri(begun.GetProperty("url").GetString()!).PathAndQuery;
        await ActAsync(app, page, "Subscribe", lose: false);

        var first = (await app.JsonAsync("/api/credits/purchases", "ann")).GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        (first.GetProperty("packId").GetString(), first.GetProperty("status").GetString(), first.GetProperty("credits").GetDecimal(), first.GetProperty("total").GetDecimal()).ShouldBe(("basic", "delivered", 100, 5));
        first.GetProperty("subscriptionId").GetString().ShouldBe(begun.GetProperty("subscriptionId").GetString());

        await ActAsync(app, await PaymentAsync(), "RefundHalf", lose: false);
        await BalanceAsync(app, 50);
        app.Clock.Advance(TimeSpan.FromDays(1));
        await ActAsync(app, page, "Renew", lose: false);
        await BalanceAsync(app, 100);
        await ActAsync(app, await PaymentAsync(), "Dispute", lose: false);
        await BalanceAsync(app, 0);
        await ActAsync(app, await PaymentAsync(), "WinDispute", lose: false);
        await BalanceAsync(app, 100);

        var purchases = (await app.JsonAsync("/api/credits/purchases", "ann")).GetProperty("items").EnumerateArray();
        purchases.Select(one => one.GetProperty("status").GetString()).ShouldBe(["delivered", "partlyRefunded"]);

        // The latest payment is the first on the page.
        async Task<string> PaymentAsync() => PaymentLink().Match(await app.Client.GetStringAsync(page, Cancel)).Groups[1].Value;
    }

    [Fact]
    public async Task A_change_is_in_force_at_once_or_later()
    {
        await using var app = await StartAsync();
        await SubscribeAsync(app, "basic");

        var changed = await PostAsync(app, "subscription/change", """{"planId":"unlimited"}""");
        changed.GetProperty("planId").GetString().ShouldBe("unlimited");
        changed.GetProperty("unlimited").GetBoolean().ShouldBeTrue();
        var lower = await PostAsync(app, "subscription/change", """{"planId":"basic"}""");
        (lower.GetProperty("planId").GetString(), lower.GetProperty("nextPlanId").GetString()).ShouldBe(("unlimited", "basic"));
    }

    [Fact]
    public async Task A_year_is_followed_by_months_and_back_again_by_a_year_at_once()
    {
        await using var app = await StartAsync();
        var begun = await PostAsync(app, "subscribe", """{"planId":"annual"}""");
        var page = new Uri(begun.GetProperty("url").GetString()!).PathAndQuery;
        await ActAsync(app, page, "Subscribe", lose: false);

        var lower = await PostAsync(app, "subscription/change", """{"planId":"basic"}""");
        (lower.GetProperty("planId").GetString(), lower.GetProperty("nextPlanId").GetString()).ShouldBe(("annual", "basic"));
        var back = await PostAsync(app, "subscription/change", """{"planId":"annual"}""");
        (back.GetProperty("planId").GetString(), back.GetProperty("nextPlanId").ValueKind).ShouldBe(("annual", JsonValueKind.Null));

        await PostAsync(app, "subscription/change", """{"planId":"basic"}""");
        app.Clock.Advance(TimeSpan.FromDays(1));
        await ActAsync(app, page, "Renew", lose: false);
        (await app.JsonAsync("/api/credits/subscription", "ann")).GetProperty("planId").GetString().ShouldBe("basic");
        (await app.Client.GetStringAsync(page, Cancel)).ShouldContain("5.00 USD each month");
    }

    [Theory]
    [InlineData("subscribe", """{"planId":"nothing"}""", 400, "unknown-plan")]
    [InlineData("subscribe", """{"planId":"basic","seats":2}""", 400, "invalid-seats")]
    [InlineData("subscribe", """{"planId":"basic","returnUrl":"https://evil.example/"}""", 400, "invalid-return-url")]
    [InlineData("subscribe", """{"planId":5}""", 400, "invalid-body")]
    [InlineData("subscribe", "", 400, "invalid-body")]
    [InlineData("subscription/change", """{"planId":"basic"}""", 404, "not-found")]
    public async Task Bad_input_is_named(string path, string body, int status, string type)
    {
        await using var app = await StartAsync();

        (await PostAsync(app, path, body, status)).GetProperty("type").GetString().ShouldEndWith("/" + type);
    }

    [Fact]
    public async Task Other_sites_and_guests_change_nothing()
    {
        await using var app = await StartAsync();
        await SubscribeAsync(app, "basic");

        using var foreign = Request("/api/credits/subscription/cancel", "{}", "ann");
        foreign.Headers.Add("Origin", "https://evil.example");
        using var refused = await app.Client.SendAsync(foreign, Cancel);
        (await TestApp.ReadAsync(refused, 403)).GetProperty("type").GetString().ShouldEndWith("/cross-origin");
        using var guest = Request("/api/credits/subscribe", """{"planId":"basic"}""", null);
        using var unknown = await app.Client.SendAsync(guest, Cancel);
        await TestApp.ReadAsync(unknown, 401);
        (await app.JsonAsync("/api/credits/subscription", "ann")).GetProperty("cancelAtPeriodEnd").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task The_end_of_fair_use_is_a_429_that_says_when_more_comes()
    {
        await using var app = await StartAsync(web => web.MapPost("/paint", [RequiresCredits("nano-banana-pro")] () => Results.Ok()));
        await SubscribeAsync(app, "unlimited");
        for (var time = 0; time < 2; time++)
        {
            using var painted = await app.SendAsync(HttpMethod.Post, "/paint", "ann");
            painted.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using var response = await app.SendAsync(HttpMethod.Post, "/paint", "ann");

        var problem = await TestApp.ReadAsync(response, 429);
        problem.GetProperty("type").GetString().ShouldEndWith("/fair-use-limit-reached");
        problem.GetProperty("limit").GetDecimal().ShouldBe(5);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromHours(24));
        app.Clock.Advance(TimeSpan.FromHours(24));
        using var next = await app.SendAsync(HttpMethod.Post, "/paint", "ann");
        next.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_form_that_the_page_did_not_make_does_nothing()
    {
        await using var app = await StartAsync();
        var page = new Uri((await PostAsync(app, "subscribe", """{"planId":"basic"}""")).GetProperty("url").GetString()!).PathAndQuery;

        using var form = new FormUrlEncodedContent([KeyValuePair.Create("seal", "00"), KeyValuePair.Create("act", "Subscribe")]);
        using var forged = await app.Client.PostAsync(page, form, Cancel);
        using var missing = await app.Client.GetAsync(page + "0", Cancel);

        (await forged.Content.ReadAsStringAsync(Cancel)).ShouldContain("could not be done");
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await app.JsonAsync("/api/credits/subscription", "ann")).GetProperty("status").GetString().ShouldBe("pending");
    }

    private static Task<TestApp> StartAsync(Action<WebApplication>? map = null) => TestApp.StartAsync(
        options =>
        {
            options.WelcomeCredits = 0;
            options.Plans["basic"] = new() { Price = 5, Credits = 100 };
            options.Plans["annual"] = new() { Price = 48, Interval = PlanInterval.Year, Credits = 100 };
            options.Plans["unlimited"] = new() { Price = 30, FairUseCredits = 5 };
        },
        services => services.AddAiCredits().UseSimulatedPayments(),
        map,
        environment: "Development");

    private static async Task SubscribeAsync(TestApp app, string plan)
    {
        var begun = await PostAsync(app, "subscribe", $$"""{"planId":"{{plan}}"}""");
        await ActAsync(app, new Uri(begun.GetProperty("url").GetString()!).PathAndQuery, "Subscribe", lose: false);
    }

    private static async Task<string> ActAsync(TestApp app, string page, string act, bool lose)
    {
        var html = await app.Client.GetStringAsync(page, Cancel);
        html.ShouldContain("This is a simulation");
        var fields = new Dictionary<string, string> { ["seal"] = Seal().Match(html).Groups[1].Value, ["act"] = act };
        if (lose)
        {
            fields["lose"] = "on";
        }

        using var form = new FormUrlEncodedContent(fields);
        using var response = await app.Client.PostAsync(page, form, Cancel);
        return response.Headers.Location?.ToString() ?? "";
    }

    private static async Task BalanceAsync(TestApp app, decimal expected) =>
        (await app.JsonAsync("/api/credits", "ann")).GetProperty("credits").GetProperty("balance").GetDecimal().ShouldBe(expected);

    private static async Task<JsonElement> PostAsync(TestApp app, string path, string body, int status = 200)
    {
        using var request = Request("/api/credits/" + path, body, "ann");
        using var response = await app.Client.SendAsync(request, Cancel);
        return await TestApp.ReadAsync(response, status);
    }

    private static HttpRequestMessage Request(string path, string body, string? user)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (user is not null)
        {
            request.Headers.Add("X-User", user);
        }

        return request;
    }

    [GeneratedRegex("href=\"([^\"]*/simulated-checkout/[^\"]+)\"")]
    private static partial Regex PaymentLink();

    [GeneratedRegex("name=\"seal\" value=\"([0-9a-f]+)\"")]
    private static partial Regex Seal();
}
