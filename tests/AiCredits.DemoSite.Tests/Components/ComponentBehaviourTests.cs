using AiCredits.Ledger;
using Microsoft.Playwright;

namespace AiCredits.DemoSite.Components;

/// <summary>The elements with a real ledger behind them: charges, changes from elsewhere, refusals, the keyboard.</summary>
public sealed class ComponentBehaviourTests(Chromium chromium, ComponentSite site) : IClassFixture<ComponentSite>
{
    [Fact]
    public async Task A_charge_and_a_grant_show_everywhere_at_once()
    {
        var user = NewUser();
        await using var first = await ComponentVisit.OpenAsync(chromium, site.Page(), user: user);
        await using var second = await first.OpenTabAsync(site.Page());
        await first.Expect("#compact").ToContainTextAsync("50 credits left");
        await second.Expect("#compact").ToContainTextAsync("50 credits left");
        var requests = new List<string>();
        first.Page.Request += (_, request) => requests.Add(new Uri(request.Url).AbsolutePath);

        await first.Button("Generate").ClickAsync();

        await first.Expect("#compact").ToContainTextAsync("49 credits left");
        await first.Expect("#full [part=value]").ToHaveTextAsync("49 credits");
        await second.Expect("#compact").ToContainTextAsync("49 credits left");
        await first.Page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);

        await GrantAsync(user, 25);

        await first.Expect("#compact").ToContainTextAsync("74 credits left");
        await second.Expect("#full [part=value]").ToHaveTextAsync("74 credits");
        await second.Expect("#models input[value=nano-banana-pro] ~ .runs").ToHaveTextAsync("37 runs left");

        // Five elements, two changes: not an answer for each element.
        requests.Count(path => path == "/api/credits").ShouldBeLessThanOrEqualTo(6);
        first.Complaints.ShouldBeEmpty();
        second.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refused_user_sees_the_packs_and_what_is_within_the_balance()
    {
        var user = NewUser();
        await SpendAsync(user, 49.5m);
        await using var visit = await ComponentVisit.OpenAsync(chromium, site.Page(), user: user);
        await visit.Expect("#badge [part=base]").ToHaveAttributeAsync("data-state", "insufficient");
        await visit.Expect("#models input[value=nano-banana]").ToBeCheckedAsync();
        await visit.Expect("#models input[value=flux-dev]").ToBeDisabledAsync();

        await visit.Button("Generate").ClickAsync();

        await visit.Expect("#packs [part=notice]").ToContainTextAsync("This costs 1 credit and you have 0.5 credits. Nothing was charged.");
        await visit.Expect("#packs [part=notice]").ToContainTextAsync("Within your balance: Nano Banana");
        await visit.Expect("#packs [part~=pack]").ToHaveCountAsync(4);
        await visit.Expect("#packs [part~=pack-best]").ToContainTextAsync("Best value");
        await visit.Expect("#packs [part=chart]").ToContainTextAsync("Nano Banana Pro");
        visit.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_guest_at_the_limit_sees_the_countdown_and_what_signing_up_gives()
    {
        await using var visit = await ComponentVisit.OpenAsync(chromium, site.Page());
        foreach (var left in new[] { "2 of 3 free left", "1 of 3 free left", "Free again in" })
        {
            await visit.Button("Generate").ClickAsync();
            await visit.Expect("#compact").ToContainTextAsync(left);
        }

        await visit.Button("Generate").ClickAsync();

        await visit.Expect("#packs [part=notice]").ToContainTextAsync("Your free generations are used up");
        await visit.Expect("#packs [part=notice]").ToContainTextAsync("Free again in 23:59:");
        await visit.Expect("#packs [part=notice] button").ToHaveTextAsync("Sign up for 50 credits");
        await visit.Find("#packs [part=notice] button").ClickAsync();
        await visit.ExpectAddressAsync("/account/register");
        visit.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Everything_is_done_with_the_keyboard_alone()
    {
        await using var visit = await ComponentVisit.OpenAsync(chromium, site.Page(), user: NewUser());
        await visit.Expect("#models input:checked").ToHaveCountAsync(1);
        await visit.Expect("#compact").ToContainTextAsync("50 credits left");
        var keys = visit.Page.Keyboard;

        await keys.PressAsync("Tab");
        (await visit.FocusAsync()).ShouldBe("compact Buy");
        await keys.PressAsync("Enter");
        (await visit.FocusAsync()).ShouldBe("packs Get more credits");
        await keys.PressAsync("Tab");
        (await visit.FocusAsync()).ShouldBe("packs Close");
        for (var stop = 0; stop < 12; stop++)
        {
            await keys.PressAsync("Tab");

            // Beyond the last stop is the browser itself, and then the dialog again; never the page behind it.
            var at = await visit.FocusAsync();
            (at.Length == 0 || at.StartsWith("packs", StringComparison.Ordinal)).ShouldBeTrue(at);
        }

        await keys.PressAsync("Escape");
        (await visit.FocusAsync()).ShouldBe("compact Buy");
        await visit.Expect("#packs dialog").ToBeHiddenAsync();

        await keys.PressAsync("Tab");
        (await visit.FocusAsync()).ShouldBe("full Buy credits");
        await keys.PressAsync("Tab");
        (await visit.FocusAsync()).ShouldBe("models nano-banana-pro");
        await keys.PressAsync("ArrowUp");
        (await visit.FocusAsync()).ShouldBe("models lora-normal");
        await visit.Expect("#cost [part=cost]").ToContainTextAsync("1 credit · LORA Normal");
        (await visit.Page.EvaluateAsync<string>("new FormData(document.getElementById('form')).get('aiModel')")).ShouldBe("lora-normal");
    }

    [Fact]
    public async Task Offline_shows_when_the_figures_were_right_and_back_online_they_are_right_again()
    {
        var user = NewUser();
        await using var visit = await ComponentVisit.OpenAsync(chromium, site.Page(), user: user);
        await visit.Expect("#compact").ToContainTextAsync("50 credits left");

        await visit.Page.Context.SetOfflineAsync(true);
        await visit.Expect("#full [part=stale]").ToContainTextAsync("You are offline. As of ");
        await visit.Expect("#full [part=value]").ToHaveTextAsync("50 credits");
        await GrantAsync(user, 10);
        await visit.Page.Context.SetOfflineAsync(false);

        await visit.Expect("#full [part=value]").ToHaveTextAsync("60 credits");
        await visit.Expect("#full [part=stale]").ToHaveCountAsync(0);
        visit.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_comes_back_from_paying_is_told_that_the_credits_are_there()
    {
        await using var visit = await ComponentVisit.OpenAsync(chromium, site.Page("?open", "low"));

        await visit.Button("Buy Creator").ClickAsync();
        await visit.ExpectAddressAsync("/paid");
        await visit.Page.GotoAsync(site.Page("", "low"));

        await visit.Expect("#full [part=purchase]").ToHaveTextAsync("25 credits added. Thank you!");
        visit.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_jumps_while_the_elements_come()
    {
        await using var visit = await ComponentVisit.OpenAsync(chromium, site.Page(), new() { ViewportSize = new() { Width = 1000, Height = 900 } }, NewUser());
        await visit.Expect("#models input:checked").ToHaveCountAsync(1);

        var shifts = await visit.Page.EvaluateAsync<string[]>("""
            new Promise(resolve => {
              const seen = [];
              new PerformanceObserver(list => seen.push(...list.getEntries())).observe({ type: "layout-shift", buffered: true });
              setTimeout(() => resolve(seen.filter(entry => entry.value > 0.01).map(entry =>
                `${entry.value.toFixed(3)}: ${entry.sources.map(source => `${source.node?.id || source.node?.nodeName} ${Math.round(source.previousRect.y)} to ${Math.round(source.currentRect.y)}`).join(", ")}`)), 200);
            })
            """);

        shifts.ShouldBeEmpty();
    }

    private static string NewUser() => Guid.NewGuid().ToString("n");

    private Task<GrantResult> GrantAsync(string user, Credits amount) =>
        site.Store.ExecuteAsync(new GrantCommand(new AccountId(user), GrantKind.Purchase, amount) { Key = Guid.NewGuid().ToString() }, TestContext.Current.CancellationToken).AsTask();

    private async Task SpendAsync(string user, decimal amount)
    {
        var account = new AccountId(user);
        await site.Meter.GetAccountAsync(account, TestContext.Current.CancellationToken);
        var hold = new HoldCommand(account, Guid.NewGuid(), amount, TimeSpan.FromMinutes(1), new GenerationStart { Model = "flux-dev", Price = amount });
        await site.Store.ExecuteAsync(hold, TestContext.Current.CancellationToken);
        await site.Store.ExecuteAsync(new CaptureCommand(account, hold.HoldId, null, new GenerationEnd { Outcome = GenerationOutcome.Succeeded }), TestContext.Current.CancellationToken);
    }
}
