using System.Net;
using System.Text;
using AiCredits.AspNetCore.Simulation;
using AiCredits.Conformance.Purchases;
using AiCredits.Payments;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AiCredits.AspNetCore.Purchases;

public sealed class CheckoutEndpointTests
{
    private const string Path = "/api/credits/checkout";

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    [InlineData("Sec-Fetch-Site", "none", 200)]
    [InlineData("Origin", "https://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Origin", "https://localhost", 403)]
    [InlineData("Origin", "http://localhost", 200)]
    [InlineData("Origin", "https://app.example.com", 200)]
    public async Task Only_own_pages_can_begin_a_purchase(string header, string value, int status)
    {
        await using var shop = await Shop.OpenAsync(services: services => services.Configure<AiCreditsHttpOptions>(options => options.AllowedOrigins.Add("https://app.example.com")));

        using var response = await shop.PostAsync(Path, new { packId = "creator" }, "alice", (header, value));

        ((int)response.StatusCode).ShouldBe(status);
        (await shop.App.JsonAsync("/api/credits/purchases", "alice")).GetProperty("items").GetArrayLength().ShouldBe(status == 200 ? 1 : 0);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "packId=creator")]
    [InlineData("text/plain", "{\"packId\":\"creator\"}")]
    public async Task What_another_site_could_send_is_refused(string type, string body)
    {
        await using var shop = await Shop.OpenAsync();

        using var response = await shop.PostAsync(Path, new StringContent(body, Encoding.UTF8, type));

        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await shop.App.JsonAsync("/api/credits/purchases", "alice")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("application/json", "", 400)]
    [InlineData("application/json", "{\"packId\":", 400)]
    [InlineData("application/json", "null", 400)]
    [InlineData("application/json", "[]", 400)]
    [InlineData("application/json", "{\"packId\":{}}", 400)]
    [InlineData("application/json", "{}", 400)]
    [InlineData("application/json", "{\"packId\":\"free\"}", 400)]
    [InlineData("application/json", "{\"packId\":\"CREATOR\"}", 400)]
    public async Task A_body_that_can_t_be_right_is_refused(string type, string body, int status)
    {
        await using var shop = await Shop.OpenAsync();

        using var response = await shop.PostAsync(Path, new StringContent(body, Encoding.UTF8, type));

        await TestApp.ReadAsync(response, status);
        (await shop.App.JsonAsync("/api/credits/purchases", "alice")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task An_endless_body_is_not_read()
    {
        await using var shop = await Shop.OpenAsync();

        using var response = await shop.PostAsync(Path, new StringContent($"{{\"packId\":\"{new string('x', 20_000)}\"}}", Encoding.UTF8, "application/json"));

        (await TestApp.ReadAsync(response, 400)).GetProperty("type").GetString().ShouldEndWith("/invalid-checkout");
    }

    [Fact]
    public async Task An_unknown_pack_names_those_on_offer_and_a_guest_has_to_sign_in()
    {
        await using var shop = await Shop.OpenAsync();

        using var unknown = await shop.PostAsync(Path, new { packId = "huge" });
        (await TestApp.ReadAsync(unknown, 400)).GetProperty("allowedPacks").EnumerateArray().Select(pack => pack.GetString()).ShouldBe(["starter", "creator", "pro", "enterprise"]);
        using var guest = await shop.PostAsync(Path, new { packId = "creator" }, null);
        (await TestApp.ReadAsync(guest, 401)).GetProperty("type").GetString().ShouldEndWith("/sign-in-required");
    }

    [Theory]
    [InlineData("/account?tab=credits#top", "http://localhost/account?tab=credits&purchase={0}&checkout=cancelled#top")]
    [InlineData("http://localhost/account", "http://localhost/account?purchase={0}&checkout=cancelled")]
    [InlineData("https://app.example.com/x", "https://app.example.com/x?purchase={0}&checkout=cancelled")]
    [InlineData("https://evil.example/", null)]
    [InlineData("//evil.example/", null)]
    [InlineData("/\\evil.example/", null)]
    [InlineData("https://localhost@evil.example/", null)]
    [InlineData("https://app.example.com.evil.example/", null)]
    [InlineData("javascript:alert(1)", null)]
    public async Task The_buyer_comes_back_to_own_addresses_only(string returnUrl, string? expected)
    {
        await using var shop = await Shop.OpenAsync(services: services => services.Configure<AiCreditsHttpOptions>(options => options.AllowedOrigins.Add("https://app.example.com")));

        using var response = await shop.PostAsync(Path, new { packId = "creator", returnUrl });

        if (expected is null)
        {
            (await TestApp.ReadAsync(response, 400)).GetProperty("type").GetString().ShouldEndWith("/invalid-return-url");
            return;
        }

        var json = await TestApp.ReadAsync(response);
        var provider = (SimulatedPaymentProvider)shop.App.Services.GetRequiredService<IPaymentProvider>();
        var checkout = provider.Find(new Uri(json.GetProperty("url").GetString()!).Segments[^1]).ShouldNotBeNull();
        checkout.Request.CancelUrl.AbsoluteUri.ShouldBe(string.Format(System.Globalization.CultureInfo.InvariantCulture, expected, json.GetProperty("purchaseId").GetGuid()));
    }

    [Fact]
    public async Task A_click_is_one_purchase_until_it_is_over()
    {
        await using var shop = await Shop.OpenAsync();
        var first = await shop.BuyAsync(headers: ("Idempotency-Key", "click"));

        (await shop.BuyAsync(headers: ("Idempotency-Key", "click"))).ShouldBe(first);
        (await shop.BuyAsync(user: "bob", headers: ("Idempotency-Key", "click"))).ShouldNotBe(first);
        using var other = await shop.PostAsync(Path, new { packId = "pro" }, "alice", ("Idempotency-Key", "click"));
        await TestApp.ReadAsync(other, 422);
        using var bad = await shop.PostAsync(Path, new { packId = "pro" }, "alice", ("Idempotency-Key", new string('k', 201)));
        await TestApp.ReadAsync(bad, 400);

        using var paid = await shop.PressAsync(first.Page, "Pay");
        using var late = await shop.PostAsync(Path, new { packId = "creator" }, "alice", ("Idempotency-Key", "click"));
        (await TestApp.ReadAsync(late, 409)).GetProperty("purchase").GetProperty("status").GetString().ShouldBe("delivered");
        (await shop.BalanceAsync()).ShouldBe(160);
    }

    [Fact]
    public async Task Clicks_are_limited()
    {
        await using var shop = await Shop.OpenAsync();
        for (var click = 0; click < 10; click++)
        {
            await shop.BuyAsync();
        }

        using var response = await shop.PostAsync(Path, new { packId = "creator" });

        (await TestApp.ReadAsync(response, 429)).GetProperty("type").GetString().ShouldEndWith("/too-many-requests");
    }

    [Fact]
    public async Task Nobody_sees_another_s_purchase()
    {
        await using var shop = await Shop.OpenAsync();
        var (id, _) = await shop.BuyAsync();

        foreach (var (path, user, status) in new[] { ($"{id}", "bob", 404), ($"{Guid.NewGuid()}", "alice", 404), ("nonsense", "alice", 404), ($"{id}", null, 401) })
        {
            using var response = await shop.App.GetAsync($"/api/credits/purchases/{path}", user);
            await TestApp.ReadAsync(response, status);
        }
    }

    [Theory]
    [InlineData(true, 503, "/payments-unavailable", "pending")]
    [InlineData(false, 502, "/payments-refused", "failed")]
    public async Task A_provider_that_is_down_or_refuses_is_told_apart(bool transient, int status, string type, string purchase)
    {
        var payments = new ScriptedPayments { Outage = new PaymentProviderException("sk_secret") { IsTransient = transient } };
        await using var shop = await Shop.OpenAsync(services: services => services.Replace(ServiceDescriptor.Singleton<IPaymentProvider>(payments)));

        using var response = await shop.PostAsync(Path, new { packId = "creator" }, "alice", ("Idempotency-Key", "click"));

        var problem = await TestApp.ReadAsync(response, status);
        problem.GetProperty("type").GetString().ShouldEndWith(type);
        problem.ToString().ShouldNotContain("sk_secret");
        response.Headers.Contains("Retry-After").ShouldBe(transient);
        var item = (await shop.App.JsonAsync("/api/credits/purchases", "alice")).GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        item.GetProperty("status").GetString().ShouldBe(purchase);

        // The same click again, when the provider is back.
        payments.Outage = null;
        using var again = await shop.PostAsync(Path, new { packId = "creator" }, "alice", ("Idempotency-Key", "click"));
        again.StatusCode.ShouldBe(transient ? HttpStatusCode.OK : HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_purchase_is_shown_as_known_while_the_provider_is_down()
    {
        var payments = new ScriptedPayments();
        await using var shop = await Shop.OpenAsync(services: services => services.Replace(ServiceDescriptor.Singleton<IPaymentProvider>(payments)));
        var (id, _) = await shop.BuyAsync();
        payments.Outage = new PaymentProviderException("down") { IsTransient = true };

        (await shop.StatusAsync(id)).ShouldBe("pending");

        payments.Outage = null;
        payments[ScriptedPayments.CheckoutOf(id)] = payments[ScriptedPayments.CheckoutOf(id)] with { Status = PaymentStatus.Paid, CustomerId = "cus_1" };
        (await shop.StatusAsync(id)).ShouldBe("delivered");
        var portal = await shop.App.JsonAsync("/api/credits/portal", "alice");
        portal.GetProperty("url").GetString().ShouldBe("https://pay.example/portal/cus_1");
        await shop.BuyAsync();
        payments.Checkouts.Last().CustomerId.ShouldBe("cus_1");
    }

    [Fact]
    public async Task Who_has_bought_nothing_has_no_portal()
    {
        await using var shop = await Shop.OpenAsync();

        using var response = await shop.App.GetAsync("/api/credits/portal", "alice");

        (await TestApp.ReadAsync(response, 404)).GetProperty("type").GetString().ShouldEndWith("/no-portal");
    }
}
