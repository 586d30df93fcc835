using System.Text.RegularExpressions;
using AiCredits.Guests;
using AiCredits.Metering;
using AiCredits.Packs;
using AiCredits.Pricing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AiCredits.Core.Tests.Options;

/// <summary>Settings from configuration and code: taken, refused, changed while the app runs.</summary>
public sealed partial class SettingsTests
{
    [Fact]
    public async Task A_setting_changes_what_it_names_and_leaves_the_rest()
    {
        await using var app = new CoreApp(new()
        {
            ["AiCredits:WelcomeCredits"] = "12.5",
            ["AiCredits:WelcomeCreditsExpireAfter"] = "30.00:00:00",
            ["AiCredits:Models:flux-dev:Credits"] = "1.25",
            ["AiCredits:Models:my-model:Credits"] = "0.000001",
            ["AiCredits:Models:my-model:Order"] = "-1",
            ["AiCredits:Models:gemini-flash:Enabled"] = "false",
            ["AiCredits:Packs:starter:Price"] = "5.99",
            ["AiCredits:Packs:enterprise:Enabled"] = "false",
            ["AiCredits:Currency"] = "EUR",
            ["AiCredits:Guests:Limit"] = "5",
            ["AiCredits:Guests:WindowKind"] = "Sliding",
            ["AiCredits:Holds:Lease"] = "00:02:00",
            ["AiCredits:Outcomes:ChargeRejected"] = "true",
            ["AiCredits:Prompts:Keep"] = "false",
        });

        (app.Options.WelcomeCredits, app.Options.WelcomeCreditsExpireAfter, app.Options.LowBalance).ShouldBe((12.5m, TimeSpan.FromDays(30), 10));
        app.Prices.Models[0].ShouldSatisfyAllConditions(model => model.Id.ShouldBe("my-model"), model => model.Name.ShouldBe("my-model"), model => model.Price.Millionths.ShouldBe(1));
        app.Prices.Find("flux-dev").ShouldNotBeNull().ShouldSatisfyAllConditions(model => model.Price.ShouldBe(1.25m), model => model.Name.ShouldBe("Flux Dev"), model => model.BestFor.ShouldBe("standard quality"));
        app.Prices.Find("gemini-flash").ShouldBeNull();
        app.Packs.Packs.Select(pack => (pack.Id, pack.Price, pack.Currency, pack.SavingsPercent)).ShouldBe([("starter", 5.99m, "EUR", 0), ("creator", 14.99m, "EUR", 43), ("pro", 29.99m, "EUR", 58)]);
        (app.Options.Guests.Limit, app.Options.Guests.WindowKind, app.Options.Holds.Lease, app.Options.Outcomes.ChargeRejected, app.Options.Prompts.Keep)
            .ShouldBe((5, GuestWindowKind.Sliding, TimeSpan.FromMinutes(2), true, false));
    }

    [Fact]
    public async Task Code_comes_after_configuration()
    {
        await using var app = new CoreApp(
            new() { ["AiCredits:WelcomeCredits"] = "1", ["AiCredits:LowBalance"] = "2" },
            configure: options =>
            {
                options.WelcomeCredits = 7;
                options.Models.Clear();
                options.Models["only"] = new ModelOptions { Credits = 3 };
                options.Packs.Remove("pro");
            });

        (app.Options.WelcomeCredits, app.Options.LowBalance).ShouldBe((7, 2));
        app.Prices.Models.ShouldHaveSingleItem().Id.ShouldBe("only");
        app.Packs.Packs.Count.ShouldBe(3);
    }

    [Fact]
    public void Adding_the_core_twice_adds_settings_only()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddAiCreditsCore(options => options.WelcomeCredits = 1);
        services.AddAiCreditsCore(options => options.LowBalance = 2);
        using var provider = services.BuildServiceProvider();

        provider.GetServices<CreditMeter>().ShouldHaveSingleItem();
        provider.GetServices<IHostedService>().OfType<Sweeper>().ShouldHaveSingleItem();
        var options = provider.GetRequiredService<IOptionsMonitor<AiCreditsOptions>>().CurrentValue;
        (options.WelcomeCredits, options.LowBalance).ShouldBe((1, 2));
    }

    [Fact]
    public async Task It_works_without_any_configuration()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddAiCreditsCore();
        await using var provider = services.BuildServiceProvider();

        (await provider.GetRequiredService<CreditMeter>().GetAccountAsync(new AccountId("user"), TestContext.Current.CancellationToken)).State.Available.ShouldBe(50);
    }

    [Fact]
    public async Task A_name_left_empty_is_made_from_the_id()
    {
        await using var app = new CoreApp(new() { ["AiCredits:Models:flux-dev:Name"] = "", ["AiCredits:Packs:starter:Name"] = "" });

        app.Prices.Find("flux-dev")!.Name.ShouldBe("flux-dev");
        app.Packs.Packs[0].Name.ShouldBe("Starter");
    }

    [Theory]
    [InlineData("AIC1001", "AiCredits:Models:my model:Credits", "1")]
    [InlineData("AIC1001", "AiCredits:Packs:päckchen:Enabled", "false")]
    [InlineData("AIC1002", "AiCredits:Models:flux-dev:Credits", "0")]
    [InlineData("AIC1002", "AiCredits:Models:flux-dev:Credits", "-1")]
    [InlineData("AIC1002", "AiCredits:Models:flux-dev:Credits", "1000000000.000001")]
    [InlineData("AIC1002", "AiCredits:Models:new:Name", "no price")]
    [InlineData("AIC1004", "AiCredits:Currency", "usd")]
    [InlineData("AIC1004", "AiCredits:Currency", "DOLLAR")]
    [InlineData("AIC1005", "AiCredits:Packs:pro:Price", "0")]
    [InlineData("AIC1005", "AiCredits:Packs:pro:Credits", "-300")]
    [InlineData("AIC1005", "AiCredits:Packs:pro:BonusCredits", "300")]
    [InlineData("AIC1005", "AiCredits:Packs:pro:BonusCredits", "-1")]
    [InlineData("AIC1006", "AiCredits:Guests:Limit", "-1")]
    [InlineData("AIC1006", "AiCredits:Guests:NetworkLimit", "-1")]
    [InlineData("AIC1006", "AiCredits:Guests:SiteLimit", "-1")]
    [InlineData("AIC1007", "AiCredits:Guests:Window", "00:00:00")]
    [InlineData("AIC1007", "AiCredits:Guests:Window", "367.00:00:00")]
    [InlineData("AIC1008", "AiCredits:Guests:WindowKind", "7")]
    [InlineData("AIC1009", "AiCredits:Guests:HashKey", "short")]
    [InlineData("AIC1010", "AiCredits:WelcomeCredits", "-1")]
    [InlineData("AIC1010", "AiCredits:WelcomeCredits", "1000000001")]
    [InlineData("AIC1010", "AiCredits:LowBalance", "-1")]
    [InlineData("AIC1011", "AiCredits:WelcomeCreditsExpireAfter", "00:00:00")]
    [InlineData("AIC1012", "AiCredits:Holds:Lease", "00:00:00")]
    [InlineData("AIC1012", "AiCredits:Holds:Lease", "31.00:00:00")]
    [InlineData("AIC1013", "AiCredits:Holds:SweepInterval", "00:00:00")]
    [InlineData("AIC1014", "AiCredits:Holds:Overrun", "7")]
    [InlineData("AIC1015", "AiCredits:Prompts:MaxLength", "-1")]
    [InlineData("AIC1015", "AiCredits:Prompts:KeepFor", "00:00:00")]
    [InlineData("AIC1016", "AiCredits:MaxCount", "0")]
    [InlineData("AIC1017", "AiCredits:Models:flux-dev:Lease", "00:00:00")]
    [InlineData("AIC1017", "AiCredits:Models:flux-dev:OnExpiry", "7")]
    [InlineData("AIC1018", "AiCredits:Events:PollInterval", "00:00:00")]
    public async Task A_wrong_setting_stops_the_app_with_its_code_and_its_key(string code, string key, string value)
    {
        var failure = await StartAsync(new() { [key] = value });

        var fault = failure.Failures.ShouldHaveSingleItem();
        fault.ShouldStartWith($"{code}: ");
        fault.ShouldContain(key.Split(':') is [_, "Models" or "Packs", var id, ..] && code == "AIC1001" ? id : key.Split(':')[^1] is "Name" ? "Credits" : key.Split(':')[^1]);
    }

    [Fact]
    public async Task An_app_without_a_model_does_not_start()
    {
        var disabled = new CoreApp().Prices.Models.ToDictionary(model => $"AiCredits:Models:{model.Id}:Enabled", _ => (string?)"false");

        (await StartAsync(disabled)).Failures.ShouldHaveSingleItem().ShouldStartWith("AIC1003: ");
    }

    [Fact]
    public async Task All_faults_are_told_at_once()
    {
        var failure = await StartAsync(new() { ["AiCredits:Currency"] = "x", ["AiCredits:MaxCount"] = "0", ["AiCredits:Models:flux-dev:Credits"] = "0" });

        failure.Failures.Select(fault => Code().Match(fault).Value).ShouldBe(["AIC1002", "AIC1004", "AIC1016"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("AiCredits:Models:flux-dev:Credits", "0,5")]
    [InlineData("AiCredits:Models:flux-dev:Credits", "one")]
    [InlineData("AiCredits:WelcomeCredits", "0.0000001")]
    [InlineData("AiCredits:Packs:starter:Price", "cheap")]
    [InlineData("AiCredits:Packs:new:Credits", "1e3")]
    [InlineData("AiCredits:Guests:Window", "a day")]
    [InlineData("AiCredits:Guests:WindowKind", "Rolling")]
    [InlineData("AiCredits:Holds:Overrun", "Debt")]
    public async Task A_setting_that_can_not_be_read_stops_the_app_and_names_the_key(string key, string value)
    {
        var fault = (await StartAsync(new() { [key] = value })).Failures.ShouldHaveSingleItem();

        fault.ShouldStartWith("AIC1019: ");
        fault.ShouldContain(key);
    }

    [Fact]
    public async Task A_price_changes_while_the_app_runs_and_gets_another_version()
    {
        await using var app = new CoreApp();
        var before = app.Prices.Find("flux-dev")!;
        var packs = app.Packs.Packs;

        app.Change("AiCredits:Models:flux-dev:Credits", "3");
        app.Change("AiCredits:Packs:starter:Price", "9.99");

        var after = app.Prices.Find("flux-dev")!;
        (before.Price, after.Price).ShouldBe((1, 3));
        after.Version.ShouldNotBe(before.Version);
        app.Prices.Find("nano-banana")!.Version.ShouldNotBe(after.Version);
        app.Packs.Packs[0].Price.ShouldBe(9.99m);
        packs[0].Price.ShouldBe(4.99m, "what was read before stays as it was");
        app.Change("AiCredits:Models:flux-dev:Credits", "1");
        app.Prices.Find("flux-dev")!.Version.ShouldBe(before.Version, "the same price has the same version on every instance");
    }

    [Fact]
    public async Task A_wrong_change_while_the_app_runs_is_logged_and_not_taken()
    {
        await using var app = new CoreApp();
        app.Prices.Models.Count.ShouldBe(6);

        app.Change("AiCredits:Models:flux-dev:Credits", "0");
        app.Change("AiCredits:Models:nano-banana:Credits", "nonsense");

        app.Prices.Find("flux-dev")!.Price.ShouldBe(1);
        app.Options.Models["flux-dev"].Credits.ShouldBe(1);
        app.Logs.GetSnapshot().Count(record => record.Id.Id == 1030).ShouldBe(2);
        app.Change("AiCredits:Models:nano-banana:Credits", "0.5");
        app.Change("AiCredits:Models:flux-dev:Credits", "2");
        app.Prices.Find("flux-dev")!.Price.ShouldBe(2);
    }

    [Fact]
    public void A_quote_multiplies_exactly_and_refuses_nonsense()
    {
        var price = new ModelPrice("nano-banana", "Nano Banana", 0.000001m, "", "v1");

        price.Quote(3).ShouldBe(new PriceQuote("nano-banana", 3, 0.000003m, "v1"));
        Should.Throw<ArgumentOutOfRangeException>(() => price.Quote(0));
        Should.Throw<ArgumentOutOfRangeException>(() => price.Quote(-1));
        Should.Throw<ArgumentOutOfRangeException>(() => (price with { Price = Credits.FromMillionths(long.MaxValue) }).Quote(2));
    }

    [Fact]
    public async Task A_pack_of_equal_price_saves_nothing_and_no_pack_is_no_failure()
    {
        await using var one = new CoreApp(configure: options =>
        {
            options.Packs.Clear();
            options.Packs["only"] = new PackOptions { Price = 3, Credits = 7 };
        });
        await using var none = new CoreApp(configure: options => options.Packs.Clear());

        one.Packs.Packs.ShouldHaveSingleItem().ShouldSatisfyAllConditions(pack => pack.SavingsPercent.ShouldBe(0), pack => pack.PricePerCredit.ShouldBe(0.428571m), pack => pack.Name.ShouldBe("Only"));
        none.Packs.Packs.ShouldBeEmpty();
    }

    private static async Task<OptionsValidationException> StartAsync(Dictionary<string, string?> settings) =>
        await Should.ThrowAsync<OptionsValidationException>(() => RunAsync(settings));

    private static async Task RunAsync(Dictionary<string, string?> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddAiCreditsCore();
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("^AIC[0-9]{4}")]
    private static partial Regex Code();
}
