namespace AiCredits.AspNetCore.Administration;

public sealed class MoneyReportTests
{
    [Fact]
    public async Task Revenue_and_deferred_revenue_stand_beside_the_credits()
    {
        await using var shop = await AdminShop.OpenAsync();
        await shop.SellAsync(packId: "starter");
        var (id, _) = await shop.SellAsync("bob");
        await shop.SellAsync("eve", "starter");
        await shop.App.ActAsync(200, "refund-purchase", new { account = "bob", purchaseId = id, money = 7, reason = "half" });
        for (var run = 0; run < 5; run++)
        {
            await shop.App.GenerateAsync("ann");
        }

        var report = await shop.App.JsonAsync($"{AdminApp.Api}/analytics?from=2020-01-01&to=2030-01-01&interval=month", AdminApp.Admin);

        var revenue = report.GetProperty("totals").GetProperty("revenue").EnumerateArray().ShouldHaveSingleItem();
        revenue.GetProperty("currency").GetString().ShouldBe("USD");
        revenue.GetProperty("purchases").GetInt64().ShouldBe(3);
        revenue.GetProperty("paid").GetDecimal().ShouldBe(24.97m);
        revenue.GetProperty("refunded").GetDecimal().ShouldBe(7);
        revenue.GetProperty("net").GetDecimal().ShouldBe(17.97m);
        // 20 and 25 of 25 credits for 4.99 each, and what the refund has left of 100 for 14.99.
        var left = report.GetProperty("outstanding").GetProperty("paid").GetDecimal() - 45;
        var deferred = report.GetProperty("outstanding").GetProperty("deferred").EnumerateArray().ShouldHaveSingleItem();
        deferred.GetProperty("amount").GetDecimal().ShouldBe(decimal.Round((4.99m * 45 / 25) + (14.99m * left / 100), 6));
        report.GetProperty("buckets").EnumerateArray().Sum(bucket => bucket.GetProperty("figures").GetProperty("revenue").EnumerateArray().Sum(one => one.GetProperty("paid").GetDecimal())).ShouldBe(24.97m);
    }
}
