using System.Net;
using System.Text;
using AiCredits.Ledger;
using AiCredits.Metering;

namespace AiCredits.AspNetCore.Administration;

public sealed class ActTests
{
    [Fact]
    public async Task A_grant_stands_in_the_history_with_reason_and_actor()
    {
        await using var app = await AdminApp.StartAsync();

        var done = await app.ActAsync(200, "grant", new { account = "ann", amount = 12.5, kind = "compensation", reason = "lost a picture" });

        done.GetProperty("amount").GetDecimal().ShouldBe(12.5m);
        done.GetProperty("account").GetProperty("available").GetDecimal().ShouldBe(12.5m);
        var entry = (await app.Store.GetEntriesAsync(new EntryQuery(new AccountId("ann")), TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        entry.GrantKind.ShouldBe(GrantKind.Compensation);
        entry.Description.ShouldBe("lost a picture");
        entry.Actor.ShouldBe("root@example.com (root)");
    }

    [Fact]
    public async Task The_same_key_acts_once_and_refuses_another_act()
    {
        await using var app = await AdminApp.StartAsync();

        (await app.ActAsync(200, "grant", new { account = "ann", amount = 5, reason = "gift" }, "k1")).GetProperty("replayed").GetBoolean().ShouldBeFalse();
        (await app.ActAsync(200, "grant", new { account = "ann", amount = 5, reason = "gift" }, "k1")).GetProperty("replayed").GetBoolean().ShouldBeTrue();
        await app.ActAsync(422, "grant", new { account = "ann", amount = 6, reason = "gift" }, "k1");
        await app.ActAsync(422, "adjust", new { account = "ann", amount = -5, reason = "gift" }, "k1");

        (await AvailableAsync(app, "ann")).ShouldBe(5);
    }

    [Fact]
    public async Task An_adjustment_takes_from_what_burns_first_and_once_per_key()
    {
        await using var app = await AdminApp.StartAsync();
        await app.GrantAsync("ann", 3, GrantKind.Promotion);
        await app.GrantAsync("ann", 10);

        (await app.ActAsync(200, "adjust", new { account = "ann", amount = -5, reason = "counted twice" }, "k1")).GetProperty("amount").GetDecimal().ShouldBe(-5);
        (await app.ActAsync(200, "adjust", new { account = "ann", amount = -5, reason = "counted twice" }, "k1")).GetProperty("replayed").GetBoolean().ShouldBeTrue();
        await app.ActAsync(422, "adjust", new { account = "ann", amount = -4, reason = "counted twice" }, "k1");
        var tooMuch = await app.ActAsync(409, "adjust", new { account = "ann", amount = -9, reason = "too much" });

        tooMuch.GetProperty("available").GetDecimal().ShouldBe(8);
        var overview = await app.Store.GetAccountAsync(new AccountId("ann"), TestContext.Current.CancellationToken);
        overview.State.Available.ShouldBe(8);
        overview.LiveGrants.ShouldHaveSingleItem().Kind.ShouldBe(GrantKind.Purchase);
    }

    [Fact]
    public async Task An_adjustment_that_was_interrupted_is_finished_by_its_key()
    {
        await using var app = await AdminApp.StartAsync();
        await app.GrantAsync("ann", 3, GrantKind.Promotion);
        await app.GrantAsync("ann", 10);
        // The first step of the act below, after which the process died.
        await app.Store.ExecuteAsync(new RevokeCommand(new AccountId("ann"), 1, 3) { Key = "admin:k1", Reference = "adjust:-5", Description = "counted twice", Actor = "root" }, TestContext.Current.CancellationToken);

        await app.ActAsync(200, "adjust", new { account = "ann", amount = -5, reason = "counted twice" }, "k1");

        (await AvailableAsync(app, "ann")).ShouldBe(8);
    }

    [Fact]
    public async Task Many_at_once_take_an_adjustment_once()
    {
        await using var app = await AdminApp.StartAsync();
        for (var grant = 0; grant < 5; grant++)
        {
            await app.GrantAsync("ann", 2, GrantKind.Promotion);
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => app.ActAsync(200, "adjust", new { account = "ann", amount = -7, reason = "counted twice" }, "k1")));

        (await AvailableAsync(app, "ann")).ShouldBe(3);
    }

    [Fact]
    public async Task A_revoke_takes_what_is_there_or_makes_debt()
    {
        await using var app = await AdminApp.StartAsync();
        var grant = (await app.GrantAsync("ann", 2)).ShouldBeOfType<GrantResult.Granted>().GrantId;
        await app.GenerateAsync("ann");

        (await app.ActAsync(409, "revoke", new { account = "ann", grantId = grant, amount = 2, reason = "fraud" })).GetProperty("available").GetDecimal().ShouldBe(1);
        var done = await app.ActAsync(200, "revoke", new { account = "ann", grantId = grant, amount = 2, toDebt = true, reason = "fraud" });

        done.GetProperty("becameDebt").GetDecimal().ShouldBe(1);
        done.GetProperty("account").GetProperty("debt").GetDecimal().ShouldBe(1);
        await app.ActAsync(404, "revoke", new { account = "ann", grantId = 99, reason = "fraud" });
    }

    [Fact]
    public async Task A_frozen_account_makes_no_generation_until_it_is_opened_again()
    {
        await using var app = await AdminApp.StartAsync();
        await app.GrantAsync("ann", 5);

        (await app.ActAsync(200, "freeze", new { account = "ann", reason = "asked by the bank" })).GetProperty("account").GetProperty("frozen").GetBoolean().ShouldBeTrue();
        (await app.AdmitAsync(new Caller.Account(new AccountId("ann")))).ShouldBeOfType<Admission.AccountFrozen>();
        (await app.ActAsync(200, "unfreeze", new { account = "ann", reason = "cleared" })).GetProperty("account").GetProperty("frozen").GetBoolean().ShouldBeFalse();

        await app.GenerateAsync("ann");
    }

    [Fact]
    public async Task A_generation_is_refunded_once()
    {
        await using var app = await AdminApp.StartAsync();
        await app.GrantAsync("ann", 5);
        var ticket = await app.GenerateAsync("ann");

        (await app.ActAsync(200, "refund-generation", new { account = "ann", generationId = ticket.Id, reason = "bad picture" })).GetProperty("amount").GetDecimal().ShouldBe(1);

        await app.ActAsync(409, "refund-generation", new { account = "ann", generationId = ticket.Id, reason = "again" });
        await app.ActAsync(404, "refund-generation", new { account = "ann", generationId = Guid.NewGuid(), reason = "none" });
        (await AvailableAsync(app, "ann")).ShouldBe(5);
    }

    [Theory]
    [InlineData("release", 5)]
    [InlineData("capture", 4)]
    public async Task A_hold_is_ended_by_hand(string act, int left)
    {
        await using var app = await AdminApp.StartAsync();
        await app.GrantAsync("ann", 5);
        var ticket = await app.GenerateAsync("ann", outcome: null);
        app.Clock.Advance(TimeSpan.FromSeconds(90));
        var open = (await app.JsonAsync($"{AdminApp.Api}/holds", AdminApp.Admin)).GetProperty("items")[0];
        open.GetProperty("ageSeconds").GetDouble().ShouldBe(90);

        await app.ActAsync(200, act, new { account = "ann", generationId = ticket.Id, reason = "the worker died" });

        (await AvailableAsync(app, "ann")).ShouldBe(left);
        (await app.JsonAsync($"{AdminApp.Api}/holds", AdminApp.Admin)).GetProperty("items").GetArrayLength().ShouldBe(0);
        var receipt = await app.JsonAsync($"{AdminApp.Api}/generations/{ticket.Id}?account=ann", AdminApp.Admin);
        var settlement = receipt.GetProperty("entries").EnumerateArray().Last();
        settlement.GetProperty("kind").GetString().ShouldBe(act);
        settlement.GetProperty("actor").GetString().ShouldBe("root@example.com (root)");
        settlement.GetProperty("description").GetString().ShouldBe("the worker died");
    }

    [Theory]
    [InlineData("{\"account\":\"ann\",\"amount\":5}", "no reason")]
    [InlineData("{\"account\":\"ann\",\"amount\":5,\"reason\":\"  \"}", "no reason")]
    [InlineData("{\"amount\":5,\"reason\":\"x\"}", "account is missing")]
    [InlineData("{\"account\":\"ann\",\"reason\":\"x\"}", "amount is missing")]
    [InlineData("{\"account\":\"ann\",\"amount\":-5,\"reason\":\"x\"}", "Use more than 0")]
    [InlineData("{\"account\":\"ann\",\"amount\":0.0000001,\"reason\":\"x\"}", "no such JSON")]
    [InlineData("{\"account\":\"ann\",\"amount\":5,\"reason\":\"x\",\"kind\":\"purchase\"}", "Use adjustment, promotion or compensation")]
    [InlineData("{\"account\":\"ann\",\"amount\":5,\"reason\":\"x\",\"expiresAt\":\"2020-01-01T00:00:00Z\"}", "in the past")]
    [InlineData("{\"account\":\"ann\",\"amount\":5,\"reason\":\"x\",\"reson\":\"y\"}", "reson")]
    [InlineData("{\"account\":\"a\\u0000b\",\"amount\":5,\"reason\":\"x\"}", "NUL")]
    [InlineData("null", "null")]
    [InlineData("{", "no such JSON")]
    [InlineData("", "no such JSON")]
    public async Task A_bad_act_is_told_what_is_wrong(string body, string fault)
    {
        await using var app = await AdminApp.StartAsync();

        using var response = await app.ActAsync("grant", new { }, change: request => request.Content = new StringContent(body, Encoding.UTF8, "application/json"));

        (await TestApp.ReadAsync(response, 400)).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain(fault, Case.Sensitive);
        (await AvailableAsync(app, "ann")).ShouldBe(0);
    }

    [Fact]
    public async Task An_act_needs_a_key()
    {
        await using var app = await AdminApp.StartAsync();

        using var response = await app.ActAsync("grant", new { account = "ann", amount = 5, reason = "x" }, change: request => request.Headers.Remove("Idempotency-Key"));

        (await TestApp.ReadAsync(response, 400)).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("Idempotency-Key");
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    [InlineData("Origin", "https://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Origin", "http://localhost", 200)]
    public async Task Another_site_can_t_make_an_admin_s_browser_act(string header, string value, int status)
    {
        await using var app = await AdminApp.StartAsync();

        using var response = await app.ActAsync("grant", new { account = "ann", amount = 5, reason = "x" }, change: request => request.Headers.Add(header, value));

        await TestApp.ReadAsync(response, status);
    }

    [Fact]
    public async Task A_form_can_t_act()
    {
        await using var app = await AdminApp.StartAsync();

        using var response = await app.ActAsync("grant", new { }, change: request => request.Content = new StringContent("{\"account\":\"ann\",\"amount\":5,\"reason\":\"x\"}", Encoding.UTF8, "text/plain"));

        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await AvailableAsync(app, "ann")).ShouldBe(0);
    }

    private static async Task<decimal> AvailableAsync(TestApp app, string account) =>
        (await app.Store.GetAccountAsync(new AccountId(account), TestContext.Current.CancellationToken)).State.Available.ToDecimal();
}
