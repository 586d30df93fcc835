using System.Net;

namespace AiCredits.AspNetCore.Administration;

public sealed class CheckTests
{
    [Fact]
    public async Task All_accounts_are_proved_part_by_part()
    {
        await using var app = await AdminApp.StartAsync();
        foreach (var account in new[] { "a", "b/?", "c", "d", "e" })
        {
            await app.GrantAsync(account, 2);
            await app.GenerateAsync(account);
        }

        var parts = new List<(long Accounts, long Entries)>();
        string? after = null;
        do
        {
            var part = await app.ActAsync(200, "check", new { after, accounts = 2 });
            part.GetProperty("clean").GetBoolean().ShouldBeTrue();
            parts.Add((part.GetProperty("accounts").GetInt64(), part.GetProperty("entries").GetInt64()));
            after = part.GetProperty("next").GetString();
        }
        while (after is not null);

        parts.ShouldBe([(2, 6), (2, 6), (1, 3)]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(501)]
    public async Task A_part_has_a_size(int accounts)
    {
        await using var app = await AdminApp.StartAsync();

        (await app.ActAsync(400, "check", new { accounts })).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("1 to 500");
    }

    [Fact]
    public async Task Another_site_can_t_make_the_ledger_work()
    {
        await using var app = await AdminApp.StartAsync();

        using var response = await app.ActAsync("check", new { }, change: request => request.Headers.Add("Sec-Fetch-Site", "cross-site"));

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
