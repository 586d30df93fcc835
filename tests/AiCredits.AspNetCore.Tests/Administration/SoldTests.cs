using System.Text.Json;

namespace AiCredits.AspNetCore.Administration;

public sealed class SoldTests
{
    private const string Path = $"{AdminApp.Api}/purchases";

    [Fact]
    public async Task Purchases_are_listed_newest_first_with_filters_and_in_pages()
    {
        await using var shop = await AdminShop.OpenAsync();
        var (delivered, _) = await shop.SellAsync();
        var (disputed, page) = await shop.SellAsync("bob");
        using var _ = await shop.PressAsync(page, "Dispute");
        var (pending, _) = await shop.BuyAsync("starter", "ann");

        (await IdsAsync(shop.App)).ShouldBe([pending, disputed, delivered]);
        (await IdsAsync(shop.App, "?account=ann")).ShouldBe([pending, delivered]);
        (await IdsAsync(shop.App, "?status=pending,delivered")).ShouldBe([pending, delivered]);
        (await IdsAsync(shop.App, "?attention=true")).ShouldBe([disputed]);
        (await IdsAsync(shop.App, "?to=2000-01-01")).ShouldBeEmpty();
        var first = await shop.App.JsonAsync($"{Path}?limit=2", AdminApp.Admin);
        var next = first.GetProperty("nextCursor").GetString().ShouldNotBeNull();
        (await IdsAsync(shop.App, $"?limit=2&cursor={next}")).ShouldBe([delivered]);
        var item = first.GetProperty("items")[1];
        item.GetProperty("account").GetString().ShouldBe("bob");
        item.GetProperty("status").GetString().ShouldBe("disputed");
        item.GetProperty("needsAttention").GetBoolean().ShouldBeTrue();
        item.GetProperty("disputed").GetDecimal().ShouldBe(14.99m);
        item.GetProperty("refundable").GetDecimal().ShouldBe(0);
        item.GetProperty("creditsTaken").GetDecimal().ShouldBe(110);
    }

    [Fact]
    public async Task One_purchase_shows_its_facts_grants_and_entries()
    {
        await using var shop = await AdminShop.OpenAsync();
        var (id, page) = await shop.SellAsync();
        await shop.App.GenerateAsync("ann");
        using var _ = await shop.PressAsync(page, "RefundHalf");

        var detail = await shop.App.JsonAsync($"{Path}/{id}", AdminApp.Admin);

        detail.GetProperty("providerInUse").GetBoolean().ShouldBeTrue();
        var purchase = detail.GetProperty("purchase");
        purchase.GetProperty("status").GetString().ShouldBe("partlyRefunded");
        purchase.GetProperty("provider").GetString().ShouldBe("simulated");
        (purchase.GetProperty("refunded").GetDecimal() + purchase.GetProperty("refundable").GetDecimal()).ShouldBe(14.99m);
        purchase.GetProperty("paymentId").GetString().ShouldNotBeNullOrEmpty();
        var grants = detail.GetProperty("grants").EnumerateArray().ToArray();
        grants.Select(grant => (grant.GetProperty("part").GetString(), grant.GetProperty("amount").GetDecimal())).ShouldBe([("paid", 100), ("bonus", 10)]);
        grants[1].GetProperty("spent").GetDecimal().ShouldBe(1);
        (grants[0].GetProperty("available").GetDecimal() + grants[0].GetProperty("taken").GetDecimal()).ShouldBe(100);
        detail.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("kind").GetString()).ShouldBe(["grant", "grant", "revoke", "revoke"]);
    }

    [Theory]
    [InlineData("csv", "text/csv")]
    [InlineData("jsonl", "application/jsonl")]
    public async Task Purchases_are_exported(string format, string mediaType)
    {
        await using var shop = await AdminShop.OpenAsync();
        await shop.SellAsync("=ann()");
        await shop.SellAsync("bob");

        using var response = await shop.App.GetAsync($"{Path}?format={format}&status=delivered", AdminApp.Admin);

        response.Content.Headers.ContentType!.MediaType.ShouldBe(mediaType);
        response.Content.Headers.ContentDisposition!.FileName!.Trim('"').ShouldBe($"credit-purchases.{format}");
        var lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (format == "csv")
        {
            lines.Length.ShouldBe(3);
            lines[0].ShouldStartWith("id,account,packId,");
            lines[2].ShouldContain("'=ann()");
        }
        else
        {
            lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("account").GetString()).ShouldBe(["bob", "=ann()"]);
        }
    }

    [Theory]
    [InlineData("?status=sold", "status", "pending, paid, delivered")]
    [InlineData("?attention=yes", "attention", "true or false")]
    [InlineData("?attention=true&status=paid", "attention", "without status")]
    [InlineData("?account=%00", "account", "NUL")]
    [InlineData("?cursor=!", "cursor", "nextCursor")]
    [InlineData("?limit=0", "limit", "1 to")]
    [InlineData("?from=yesterday", "from", "ISO 8601")]
    [InlineData("?format=xml", "format", "csv")]
    public async Task A_bad_query_is_told_what_is_allowed(string query, string parameter, string allowed)
    {
        await using var app = await AdminApp.StartAsync();

        var problem = await app.JsonAsync(Path + query, AdminApp.Admin, 400);

        problem.GetProperty("errors").GetProperty(parameter).GetString().ShouldNotBeNull().ShouldContain(allowed);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("3f0c9b7e-0000-7000-8000-000000000000")]
    public async Task A_purchase_that_does_not_exist_is_not_found(string id)
    {
        await using var app = await AdminApp.StartAsync();

        (await app.JsonAsync($"{Path}/{id}", AdminApp.Admin, 404)).GetProperty("type").GetString().ShouldNotBeNull().ShouldEndWith("/not-found");
    }

    private static async Task<Guid[]> IdsAsync(TestApp app, string query = "") =>
        [.. (await app.JsonAsync(Path + query, AdminApp.Admin)).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid())];
}
