using System.Net.Http.Headers;
using System.Text;
using AiCredits.Promotions;
using AiCredits.Referrals;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Promotions;

public sealed class PromotionEndpointTests
{
    private const string Redeem = "/api/credits/redeem";
    private const string Referral = "/api/credits/referral";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_code_becomes_credits_once()
    {
        await using var app = await StartAsync();

        using var first = await PostAsync(app, Redeem, """{"code":" launch "}""", "ann");
        (await TestApp.ReadAsync(first)).GetRawText().ShouldBe("""{"code":"LAUNCH","credits":12.5,"expiresAt":null,"balance":12.5}""");
        using var second = await PostAsync(app, Redeem, """{"code":"LAUNCH"}""", "ann");
        var problem = await TestApp.ReadAsync(second, 409);
        problem.GetProperty("type").GetString().ShouldEndWith("/code-already-redeemed");
        problem.GetProperty("credits").GetDecimal().ShouldBe(12.5m);
        using var third = await PostAsync(app, Redeem, """{"code":"LAUNCH"}""", "bob");
        (await TestApp.ReadAsync(third, 409)).GetProperty("type").GetString().ShouldEndWith("/code-used-up");
    }

    [Theory]
    [InlineData("""{"code":"NOSUCHCODE"}""", "invalid-code")]
    [InlineData("""{"code":"OVER"}""", "invalid-code")]
    [InlineData("""{"code":null}""", "invalid-code")]
    [InlineData("""{}""", "invalid-code")]
    [InlineData("""{"code":"'; drop table x; --"}""", "invalid-code")]
    [InlineData("""{"code":5}""", "invalid-body")]
    [InlineData("""{"code":"\ud800"}""", "invalid-body")]
    [InlineData("null", "invalid-body")]
    [InlineData("", "invalid-body")]
    [InlineData("[", "invalid-body")]
    public async Task What_is_no_code_is_refused_alike(string body, string type)
    {
        await using var app = await StartAsync();

        using var response = await PostAsync(app, Redeem, body, "ann");

        (await TestApp.ReadAsync(response, 400)).GetProperty("type").GetString().ShouldEndWith("/" + type);
    }

    [Fact]
    public async Task A_form_of_another_site_a_huge_body_and_a_guest_are_refused()
    {
        await using var app = await StartAsync();

        using var form = await PostAsync(app, Redeem, "code=LAUNCH", "ann", "application/x-www-form-urlencoded");
        form.StatusCode.ShouldBe(System.Net.HttpStatusCode.UnsupportedMediaType);
        using var huge = await PostAsync(app, Redeem, $$"""{"code":"{{new string('A', 20_000)}}"}""", "ann");
        (await TestApp.ReadAsync(huge, 400)).GetProperty("type").GetString().ShouldEndWith("/invalid-body");
        using var guest = await PostAsync(app, Redeem, """{"code":"LAUNCH"}""", null);
        (await TestApp.ReadAsync(guest, 401)).GetProperty("type").GetString().ShouldEndWith("/sign-in-required");
    }

    [Fact]
    public async Task Who_tries_codes_one_after_the_other_is_slowed_down()
    {
        await using var app = await StartAsync();
        for (var attempt = 0; attempt < 10; attempt++)
        {
            using var wrong = await PostAsync(app, Redeem, $$"""{"code":"GUESS{{attempt}}"}""", "ann");
            await TestApp.ReadAsync(wrong, 400);
        }

        using var limited = await PostAsync(app, Redeem, """{"code":"LAUNCH"}""", "ann");

        await TestApp.ReadAsync(limited, 429);
        limited.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_new_user_says_who_sent_him_and_both_see_it()
    {
        await using var app = await StartAsync();
        var mine = await app.JsonAsync(Referral, "ann");
        var code = mine.GetProperty("code").GetString();

        using var attached = await PostAsync(app, Referral, $$"""{"code":"{{code}}"}""", "bob");
        (await TestApp.ReadAsync(attached)).GetRawText().ShouldBe("""{"attached":true}""");
        using var own = await PostAsync(app, Referral, $$"""{"code":"{{code}}"}""", "ann");
        (await TestApp.ReadAsync(own, 409)).GetProperty("type").GetString().ShouldEndWith("/own-code");

        var accounts = app.Services.GetRequiredService<IReferralStore>();
        var bob = (await accounts.FindAsync(new AccountId("bob"), Cancel)).ShouldNotBeNull();
        bob.Referrer.ShouldBe(new AccountId("ann"));
        await accounts.SaveAsync(bob with { State = ReferralState.Paid }, Cancel);

        var after = await app.JsonAsync(Referral, "ann");
        after.GetProperty("referred").GetInt32().ShouldBe(1);
        after.GetProperty("paid").GetInt32().ShouldBe(1);
        after.GetProperty("referrerCredits").GetDecimal().ShouldBe(20);
    }

    [Fact]
    public async Task Where_referrals_are_off_there_is_no_code()
    {
        await using var app = await TestApp.StartAsync();

        await app.JsonAsync(Referral, "ann", 404);
        await app.JsonAsync(Referral, null, 401);
    }

    private static async Task<TestApp> StartAsync()
    {
        var app = await TestApp.StartAsync(options =>
        {
            options.Referrals.Enabled = true;
            options.WelcomeCredits = 0;
        });
        var codes = app.Services.GetRequiredService<PromoCodes>();
        await codes.CreateAsync(new PromoCode { Code = "LAUNCH", Credits = 12.5m, MaxRedemptions = 1 }, Cancel);
        await codes.CreateAsync(new PromoCode { Code = "OVER", Credits = 5, EndsAt = app.Clock.GetUtcNow().UtcDateTime.AddDays(-1) }, Cancel);
        return app;
    }

    private static async Task<HttpResponseMessage> PostAsync(TestApp app, string path, string body, string? user, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(contentType)) };
        if (user is not null)
        {
            request.Headers.Add("X-User", user);
        }

        return await app.Client.SendAsync(request, Cancel);
    }
}
