using System.Text.Json;
using AiCredits.Ledger;

namespace AiCredits.AspNetCore.Administration;

public sealed class LookUpTests
{
    [Fact]
    public async Task Accounts_are_found_by_the_start_of_their_ids_page_by_page()
    {
        await using var app = await AdminApp.StartAsync();
        foreach (var account in new[] { "ann", "anna", "Anna", "bob", "a/b?c#d%2F" })
        {
            await app.GrantAsync(account, 1);
        }

        (await IdsAsync(app, "?search=ann")).ShouldBe(["ann", "anna"]);
        (await IdsAsync(app, "?search=" + Uri.EscapeDataString("a/b?"))).ShouldBe(["a/b?c#d%2F"]);
        var page = await app.JsonAsync($"{AdminApp.Api}/accounts?limit=2", AdminApp.Admin);
        var next = page.GetProperty("nextCursor").GetString().ShouldNotBeNull();
        (await IdsAsync(app, $"?cursor={Uri.EscapeDataString(next)}")).Length.ShouldBe(3);
        (await app.JsonAsync($"{AdminApp.Api}/account?id={Uri.EscapeDataString("a/b?c#d%2F")}", AdminApp.Admin)).GetProperty("account").GetProperty("id").GetString().ShouldBe("a/b?c#d%2F");
        (await app.JsonAsync($"{AdminApp.Api}/account?id=nobody", AdminApp.Admin, 404)).GetProperty("type").GetString().ShouldNotBeNull().ShouldEndWith("/not-found");
    }

    [Fact]
    public async Task One_account_shows_its_figures_grants_holds_history_and_proof()
    {
        await using var app = await AdminApp.StartAsync();
        await app.GrantAsync("ann", 1, GrantKind.Promotion);
        await app.GrantAsync("ann", 10, description: "pack");
        var ticket = await app.GenerateAsync("ann", prompt: "a boat");
        await app.GenerateAsync("ann", outcome: null);

        var detail = await app.JsonAsync($"{AdminApp.Api}/account?id=ann", AdminApp.Admin);
        var entries = await app.JsonAsync($"{AdminApp.Api}/entries?account=ann&kind=capture,hold", AdminApp.Admin);
        var receipt = await app.JsonAsync($"{AdminApp.Api}/generations/{ticket.Id}?account=ann", AdminApp.Admin);
        var proof = await app.JsonAsync($"{AdminApp.Api}/account/integrity?id=ann", AdminApp.Admin);

        detail.GetProperty("account").GetProperty("held").GetDecimal().ShouldBe(1);
        detail.GetProperty("grants").EnumerateArray().Select(grant => (grant.GetProperty("kind").GetString(), grant.GetProperty("spent").GetDecimal(), grant.GetProperty("live").GetBoolean())).ShouldBe([("purchase", 0, true), ("promotion", 1, false)]);
        detail.GetProperty("holds").GetArrayLength().ShouldBe(1);
        entries.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("kind").GetString()).ShouldBe(["hold", "capture", "hold"]);
        receipt.GetProperty("prompt").GetString().ShouldBe("a boat");
        receipt.GetProperty("entries").EnumerateArray().Last().GetProperty("slices")[0].GetProperty("grantId").GetInt64().ShouldBe(1);
        proof.GetProperty("clean").GetBoolean().ShouldBeTrue();
        proof.GetProperty("entries").GetInt64().ShouldBe(5);
    }

    [Theory]
    [InlineData("csv", "text/csv")]
    [InlineData("jsonl", "application/jsonl")]
    public async Task Whole_lists_are_exported_in_pieces(string format, string mediaType)
    {
        await using var app = await AdminApp.StartAsync();
        await app.GrantAsync("ann", 2_000, description: "=1+1");
        for (var run = 0; run < 501; run++)
        {
            await app.GenerateAsync("ann", prompt: "two\nlines, \"quoted\"");
        }

        using var history = await app.GetAsync($"{AdminApp.Api}/entries?account=ann&format={format}", AdminApp.Admin);
        using var generations = await app.GetAsync($"{AdminApp.Api}/generations?account=ann&format={format}", AdminApp.Admin);

        history.Content.Headers.ContentType!.MediaType.ShouldBe(mediaType);
        history.Content.Headers.ContentDisposition!.FileName!.Trim('"').ShouldBe($"credit-history.{format}");
        var text = await history.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var made = await generations.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (format == "csv")
        {
            var lines = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            lines.Length.ShouldBe(1 + 1_003);
            lines[0].ShouldStartWith("sequence,at,kind,amount,");
            lines[^1].ShouldContain("'=1+1");
            made.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1 + 501);
            made.ShouldContain("\"two\nlines, \"\"quoted\"\"\"");
        }
        else
        {
            var sequences = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("sequence").GetInt64());
            sequences.ShouldBe(Enumerable.Range(1, 1_003).Reverse().Select(sequence => (long)sequence));
            made.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(501);
        }
    }

    [Theory]
    [InlineData("/accounts?limit=0", "limit")]
    [InlineData("/accounts?limit=201", "limit")]
    [InlineData("/account", "id")]
    [InlineData("/entries?account=ann&kind=spend", "kind")]
    [InlineData("/entries?account=ann&cursor=!", "cursor")]
    [InlineData("/entries?account=ann&from=yesterday", "from")]
    [InlineData("/entries?account=ann&format=xml", "format")]
    [InlineData("/generations?account=ann&format=xml", "format")]
    [InlineData("/generations", "account")]
    [InlineData("/holds?limit=x", "limit")]
    [InlineData("/holds?cursor=!", "cursor")]
    [InlineData("/holds?cursor=9999999999999999999-3f0c9b7e000070008000000000000000", "cursor")]
    public async Task A_bad_query_is_told_what_is_allowed(string path, string parameter)
    {
        await using var app = await AdminApp.StartAsync();

        var problem = await app.JsonAsync(AdminApp.Api + path, AdminApp.Admin, 400);

        problem.GetProperty("errors").TryGetProperty(parameter, out var fix).ShouldBeTrue();
        fix.GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Open_holds_come_page_by_page_oldest_first()
    {
        await using var app = await AdminApp.StartAsync();
        var held = new List<Guid>();
        for (var number = 0; number < 5; number++)
        {
            await app.GrantAsync($"user-{number}", 1);
            held.Add((await app.GenerateAsync($"user-{number}", outcome: null)).Id);
            app.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        var seen = new List<Guid>();
        string? cursor = "";
        while (cursor is not null)
        {
            var page = await app.JsonAsync($"{AdminApp.Api}/holds?limit=2&cursor={cursor}", AdminApp.Admin);
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(hold => hold.GetProperty("id").GetGuid()));
            cursor = page.GetProperty("nextCursor").GetString();
        }

        seen.ShouldBe(held);
    }

    [Fact]
    public async Task Packs_and_prices_are_shown()
    {
        await using var app = await AdminApp.StartAsync();

        var catalog = await app.JsonAsync($"{AdminApp.Api}/catalog", AdminApp.Admin);

        catalog.GetProperty("packs").GetArrayLength().ShouldBe(4);
        catalog.GetProperty("prices").EnumerateArray().Single(price => price.GetProperty("id").GetString() == "nano-banana").GetProperty("credits").GetDecimal().ShouldBe(0.5m);
    }

    private static async Task<string[]> IdsAsync(TestApp app, string query) =>
        [.. (await app.JsonAsync($"{AdminApp.Api}/accounts{query}", AdminApp.Admin)).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];
}
