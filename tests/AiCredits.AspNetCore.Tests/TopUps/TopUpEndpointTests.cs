using System.Text;
using System.Text.Json;
using AiCredits.TopUps;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.TopUps;

public sealed class TopUpEndpointTests
{
    private const string Path = "/api/credits/top-up";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_off_until_the_user_agrees_and_then_buys_when_the_balance_is_low()
    {
        await using var app = await StartAsync();
        (await app.JsonAsync(Path, "ann")).GetProperty("enabled").GetBoolean().ShouldBeFalse();

        var on = await SendAsync(app, HttpMethod.Post, """{"packId":"starter","threshold":5,"maxPerMonth":2,"consent":true,"consentText":"v1","returnUrl":"/account"}""");
        on.GetProperty("setUpUrl").GetString().ShouldBe("http://localhost/account");
        var saved = await app.JsonAsync(Path, "ann");
        saved.GetProperty("card").GetString().ShouldBe("simulated 4242");
        saved.GetProperty("consentText").GetString().ShouldBe("v1");
        saved.GetProperty("consentAt").GetDateTime().ShouldBe(TestApp.Start.UtcDateTime);

        await app.Services.GetRequiredService<TopUpDesk>().CheckAsync(new AccountId("ann"), Cancel);
        (await app.JsonAsync("/api/credits", "ann")).GetProperty("credits").GetProperty("balance").GetDecimal().ShouldBe(25);
        (await app.JsonAsync("/api/credits/purchases", "ann")).GetProperty("items").EnumerateArray().ShouldHaveSingleItem().GetProperty("status").GetString().ShouldBe("delivered");
        (await app.JsonAsync(Path, "ann")).GetProperty("boughtThisMonth").GetInt32().ShouldBe(1);

        (await SendAsync(app, HttpMethod.Delete, null)).GetProperty("enabled").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"packId":"starter","threshold":5}""", "consent-required")]
    [InlineData("""{"packId":"starter","threshold":5,"consent":true}""", "consent-required")]
    [InlineData("""{"packId":"nothing","threshold":5,"consent":true,"consentText":"v1"}""", "invalid-top-up")]
    [InlineData("""{"packId":"starter","threshold":0,"consent":true,"consentText":"v1"}""", "invalid-top-up")]
    [InlineData("""{"packId":"starter","threshold":1e20,"consent":true,"consentText":"v1"}""", "invalid-top-up")]
    [InlineData("""{"packId":"starter","threshold":0.0000001,"consent":true,"consentText":"v1"}""", "invalid-top-up")]
    [InlineData("""{"packId":"starter","threshold":5,"consent":true,"consentText":"v1","returnUrl":"https://evil.example"}""", "invalid-return-url")]
    [InlineData("""{"threshold":"five"}""", "invalid-body")]
    public async Task Without_consent_or_sense_nothing_is_turned_on(string body, string type)
    {
        await using var app = await StartAsync();

        (await SendAsync(app, HttpMethod.Post, body, 400)).GetProperty("type").GetString().ShouldEndWith("/" + type);

        (await app.JsonAsync(Path, "ann")).GetProperty("enabled").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Guests_have_none() => await (await StartAsync()).JsonAsync(Path, null, 401);

    private static Task<TestApp> StartAsync() => TestApp.StartAsync(
        options => options.WelcomeCredits = 0,
        services => services.AddAiCredits().UseSimulatedPayments(),
        environment: "Development");

    private static async Task<JsonElement> SendAsync(TestApp app, HttpMethod method, string? body, int status = 200)
    {
        using var request = new HttpRequestMessage(method, Path);
        request.Headers.Add("X-User", "ann");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await app.Client.SendAsync(request, Cancel);
        return await TestApp.ReadAsync(response, status);
    }
}
