using System.Text.Json;
using AiCredits.Ledger;

namespace AiCredits.AspNetCore.Endpoints;

public sealed class CreditsEndpointTests
{
    [Fact]
    public async Task A_new_user_sees_welcome_credits_and_the_transaction_that_gave_them()
    {
        await using var app = await TestApp.StartAsync();

        using var response = await app.GetAsync("/api/credits", "ann");

        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        body.ShouldBe(
            """{"authenticated":true,"credits":{"balance":50,"held":0,"welcome":50,"purchased":0,"lifetimeEarned":50,"lifetimeSpent":0,"lowBalance":false,"nextExpiry":null},"recentTransactions":"""
            + """[{"id":"1","kind":"grant","amount":50,"balanceAfter":50,"description":"Welcome credits","model":null,"createdAt":"2026-11-01T12:00:00Z"}]}""");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task A_guest_sees_the_free_generations_and_what_signing_up_gives()
    {
        await using var app = await TestApp.StartAsync();

        using var response = await app.GetAsync("/api/credits");

        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        body.ShouldBe("""{"authenticated":false,"guestInfo":{"limit":3,"used":0,"remaining":3,"resetsAt":null,"windowHours":24},"signUp":{"welcomeCredits":50,"url":"/account/register"}}""");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        response.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task Looking_twice_welcomes_once()
    {
        await using var app = await TestApp.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => app.JsonAsync("/api/credits", "ann")));

        (await app.JsonAsync("/api/credits", "ann")).GetProperty("credits").GetProperty("lifetimeEarned").GetDecimal().ShouldBe(50);
    }

    [Fact]
    public async Task Figures_tell_kinds_holds_and_expiry_apart()
    {
        await using var app = await TestApp.StartAsync();
        await app.JsonAsync("/api/credits", "ann");
        await app.GrantAsync("ann", 20);
        await app.GrantAsync("ann", 5, GrantKind.Bonus, TestApp.Start.UtcDateTime.AddDays(2));
        await app.GrantAsync("ann", 7, GrantKind.Promotion, TestApp.Start.UtcDateTime.AddDays(1));
        await app.GenerateAsync("ann", "nano-banana");
        await app.GenerateAsync("ann", "nano-banana-pro", outcome: null);

        var credits = (await app.JsonAsync("/api/credits", "ann")).GetProperty("credits");

        // 50 + 20 + 5 + 7 granted; 0.5 spent and 2 held, both from the promotion, which expires first.
        credits.GetProperty("balance").GetRawText().ShouldBe("79.5");
        credits.GetProperty("held").GetRawText().ShouldBe("2");
        credits.GetProperty("welcome").GetRawText().ShouldBe("50");
        credits.GetProperty("purchased").GetRawText().ShouldBe("25");
        credits.GetProperty("lifetimeEarned").GetRawText().ShouldBe("82");
        credits.GetProperty("lifetimeSpent").GetRawText().ShouldBe("0.5");
        credits.GetProperty("nextExpiry").GetString().ShouldBe("2026-11-02T12:00:00Z");
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(9.999999, true)]
    public async Task The_balance_is_low_below_the_warning_level(decimal balance, bool low)
    {
        await using var app = await TestApp.StartAsync(options => options.WelcomeCredits = balance);

        (await app.JsonAsync("/api/credits", "ann")).GetProperty("credits").GetProperty("lowBalance").GetBoolean().ShouldBe(low);
    }

    [Fact]
    public async Task Recent_transactions_are_the_ten_newest_and_agree_with_the_balance()
    {
        await using var app = await TestApp.StartAsync();
        for (var run = 0; run < 12; run++)
        {
            await app.GenerateAsync("ann");
        }

        await app.GenerateAsync("ann", outcome: GenerationOutcome.Failed);
        var answer = await app.JsonAsync("/api/credits", "ann");

        var transactions = answer.GetProperty("recentTransactions").EnumerateArray().ToArray();
        transactions.Length.ShouldBe(10);
        transactions.ShouldAllBe(transaction => transaction.GetProperty("kind").GetString() == "capture" && transaction.GetProperty("amount").GetDecimal() == -1);
        transactions[0].GetProperty("balanceAfter").GetDecimal().ShouldBe(38);
        transactions[0].GetProperty("model").GetString().ShouldBe("flux-dev");
        transactions[0].GetProperty("description").GetString().ShouldBe("Generation with flux-dev");
        transactions[9].GetProperty("balanceAfter").GetDecimal().ShouldBe(47);
    }

    [Fact]
    public async Task Credits_that_have_expired_are_neither_in_the_balance_nor_missing_in_the_history()
    {
        await using var app = await TestApp.StartAsync(options => options.WelcomeCreditsExpireAfter = TimeSpan.FromDays(7));
        await app.JsonAsync("/api/credits", "ann");
        app.Clock.Advance(TimeSpan.FromDays(8));

        var answer = await app.JsonAsync("/api/credits", "ann");

        answer.GetProperty("credits").GetProperty("balance").GetDecimal().ShouldBe(0);
        var last = answer.GetProperty("recentTransactions")[0];
        last.GetProperty("kind").GetString().ShouldBe("expire");
        last.GetProperty("amount").GetDecimal().ShouldBe(-50);
        last.GetProperty("createdAt").GetString().ShouldBe("2026-11-08T12:00:00Z");
    }

    [Fact]
    public async Task Names_stay_camelCase_whatever_the_app_says_about_its_own_JSON()
    {
        await using var app = await TestApp.StartAsync(services: services =>
            Microsoft.Extensions.DependencyInjection.HttpJsonServiceExtensions.ConfigureHttpJsonOptions(services, json => json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseUpper));

        (await app.JsonAsync("/api/credits", "ann")).GetProperty("credits").GetProperty("lifetimeEarned").GetDecimal().ShouldBe(50);
    }

    [Fact]
    public async Task A_site_without_guests_shows_no_free_generations()
    {
        await using var app = await TestApp.StartAsync(options => options.Guests.Enabled = false);

        (await app.JsonAsync("/api/credits")).GetProperty("guestInfo").GetProperty("remaining").GetInt32().ShouldBe(0);
    }
}
