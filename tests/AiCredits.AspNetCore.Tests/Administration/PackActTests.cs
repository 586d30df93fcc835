using System.Text.Json;
using AiCredits.AspNetCore.Purchases;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Administration;

public sealed class PackActTests
{
    private static readonly object Mega = new { id = "mega", name = "Mega", price = 99, currency = "USD", credits = 1500, bonusCredits = 400, reason = "asked for by studios" };

    [Fact]
    public async Task A_pack_is_added_repriced_retired_and_offered_again_with_reason_and_actor()
    {
        await using var shop = await OpenAsync();

        var added = await shop.App.ActAsync(200, "add-pack", Mega);
        (await OnOfferAsync(shop)).ShouldContain(("mega", 99));
        var repriced = await shop.App.ActAsync(200, "reprice-pack", new { id = "mega", version = 1, price = 89.5, bonusCredits = 450, reason = "spring sale" });
        (await OnOfferAsync(shop)).ShouldContain(("mega", 89.5m));
        await shop.App.ActAsync(200, "retire-pack", new { id = "mega", version = 2, reason = "costs too much" });
        (await OnOfferAsync(shop)).ShouldNotContain(pack => pack.Id == "mega");
        await shop.App.ActAsync(200, "offer-pack", new { id = "mega", version = 3, reason = "asked for again" });
        (await OnOfferAsync(shop)).ShouldContain(("mega", 89.5m));

        added.GetProperty("replayed").GetBoolean().ShouldBeFalse();
        repriced.GetProperty("pack").GetProperty("credits").GetDecimal().ShouldBe(1500);
        repriced.GetProperty("pack").GetProperty("bonusCredits").GetDecimal().ShouldBe(450);
        var book = await shop.App.JsonAsync($"{AdminApp.Api}/packs", AdminApp.Admin);
        book.GetProperty("editable").GetBoolean().ShouldBeTrue();
        var mega = book.GetProperty("packs").EnumerateArray().Single(pack => pack.GetProperty("id").GetString() == "mega");
        mega.GetProperty("changedBy").GetString().ShouldBe("root@example.com (root)");
        mega.GetProperty("reason").GetString().ShouldBe("asked for again");
        mega.GetProperty("version").GetInt64().ShouldBe(4);
    }

    [Fact]
    public async Task What_was_agreed_before_stays()
    {
        await using var shop = await OpenAsync();
        var (id, page) = await shop.BuyAsync("starter", "ann");
        await shop.App.ActAsync(200, "reprice-pack", new { id = "starter", version = 1, price = 50, credits = 5, bonusCredits = 1, reason = "dearer" });
        await shop.App.ActAsync(200, "retire-pack", new { id = "starter", version = 2, reason = "gone" });

        using var paid = await shop.PressAsync(page, "Pay");

        var purchase = await shop.PurchaseAsync(id, "ann");
        purchase.GetProperty("status").GetString().ShouldBe("delivered");
        purchase.GetProperty("total").GetDecimal().ShouldBe(4.99m);
        (await shop.BalanceAsync("ann")).ShouldBe(25);
    }

    [Fact]
    public async Task An_act_is_repeated_without_harm_and_not_done_over_another_s_change()
    {
        await using var shop = await OpenAsync();
        await shop.App.ActAsync(200, "add-pack", Mega, "k1");
        (await shop.App.ActAsync(200, "add-pack", Mega, "k1")).GetProperty("replayed").GetBoolean().ShouldBeTrue();
        var sale = new { id = "mega", version = 1, price = 89, reason = "sale" };
        await shop.App.ActAsync(200, "reprice-pack", sale, "k2");
        (await shop.App.ActAsync(200, "reprice-pack", sale, "k2")).GetProperty("replayed").GetBoolean().ShouldBeTrue();

        var taken = await shop.App.ActAsync(409, "add-pack", new { id = "mega", name = "Other", price = 1, currency = "USD", credits = 5, reason = "x" });
        var late = await shop.App.ActAsync(409, "reprice-pack", new { id = "mega", version = 1, price = 79, reason = "bigger sale" });

        taken.GetProperty("type").GetString().ShouldNotBeNull().ShouldEndWith("/pack-exists");
        late.GetProperty("type").GetString().ShouldNotBeNull().ShouldEndWith("/pack-changed");
        late.GetProperty("pack").GetProperty("version").GetInt64().ShouldBe(2);
        (await OnOfferAsync(shop)).ShouldContain(("mega", 89));
        await shop.App.ActAsync(404, "retire-pack", new { id = "none", version = 1, reason = "x" });
    }

    [Theory]
    [InlineData("add-pack", "{\"id\":\"a b\",\"name\":\"A\",\"price\":1,\"currency\":\"USD\",\"credits\":5,\"reason\":\"x\"}", "has the id 'a b'")]
    [InlineData("add-pack", "{\"id\":\"a\",\"name\":\"A\",\"price\":1,\"currency\":\"usd\",\"credits\":5,\"reason\":\"x\"}", "ISO 4217")]
    [InlineData("add-pack", "{\"id\":\"a\",\"name\":\"A\",\"price\":0,\"currency\":\"USD\",\"credits\":5,\"reason\":\"x\"}", "above 0")]
    [InlineData("add-pack", "{\"id\":\"a\",\"name\":\"A\",\"price\":1,\"currency\":\"USD\",\"credits\":5,\"bonusCredits\":5,\"reason\":\"x\"}", "bonus below")]
    [InlineData("add-pack", "{\"id\":\"a\",\"price\":1,\"currency\":\"USD\",\"credits\":5,\"reason\":\"x\"}", "name is missing")]
    [InlineData("add-pack", "{\"id\":\"a\",\"name\":\"A\",\"price\":1,\"currency\":\"USD\",\"credits\":5}", "reason is empty")]
    [InlineData("add-pack", "{\"name\":\"A\",\"price\":1,\"currency\":\"USD\",\"credits\":5,\"reason\":\"x\"}", "id is missing")]
    [InlineData("reprice-pack", "{\"id\":\"starter\",\"version\":1,\"reason\":\"x\"}", "price is missing")]
    [InlineData("reprice-pack", "{\"id\":\"starter\",\"price\":1,\"reason\":\"x\"}", "version is missing")]
    [InlineData("retire-pack", "{\"id\":\"starter\",\"version\":1}", "reason is empty")]
    [InlineData("retire-pack", "{\"id\":\"starter\",\"version\":1,\"reason\":\"x\",\"account\":\"ann\"}", "account")]
    public async Task A_bad_act_is_told_what_is_wrong(string act, string body, string fault)
    {
        await using var shop = await OpenAsync();

        using var response = await shop.App.ActAsync(act, JsonDocument.Parse(body).RootElement);

        (await TestApp.ReadAsync(response, 400)).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain(fault, Case.Sensitive);
        (await OnOfferAsync(shop)).Length.ShouldBe(4);
    }

    [Fact]
    public async Task Packs_of_the_settings_can_t_be_edited_and_say_how_they_could()
    {
        await using var app = await AdminApp.StartAsync();

        (await app.JsonAsync($"{AdminApp.Api}/packs", AdminApp.Admin)).GetProperty("editable").GetBoolean().ShouldBeFalse();
        (await app.ActAsync(409, "add-pack", Mega)).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("UseStoredPacks()");
    }

    [Fact]
    public async Task Another_site_can_t_edit_packs()
    {
        await using var shop = await OpenAsync();

        using var response = await shop.App.ActAsync("add-pack", Mega, change: request => request.Headers.Add("Origin", "https://evil.example"));

        await TestApp.ReadAsync(response, 403);
        (await OnOfferAsync(shop)).Length.ShouldBe(4);
    }

    private static Task<Shop> OpenAsync() => AdminShop.OpenAsync(services => services.AddAiCredits().UseStoredPacks());

    private static async Task<(string Id, decimal Price)[]> OnOfferAsync(Shop shop) =>
        [.. (await shop.App.JsonAsync("/api/credit-packs")).EnumerateArray().Select(pack => (pack.GetProperty("id").GetString()!, pack.GetProperty("price").GetDecimal()))];
}
