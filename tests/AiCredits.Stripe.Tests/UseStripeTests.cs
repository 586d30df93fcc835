using AiCredits.Payments;
using AiCredits.Stripe.Payments;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.Stripe;

public sealed class UseStripeTests
{
    private const string Key = "sk_live_0123456789abcdef";
    private const string Secret = "whsec_0123456789abcdef";

    [Fact]
    public async Task Two_settings_are_enough()
    {
        using var host = Build(("SecretKey", Key), ("WebhookSecrets:0", Secret));

        await host.StartAsync(TestContext.Current.CancellationToken);

        host.Services.GetRequiredService<IPaymentProvider>().ShouldBeOfType<StripePaymentProvider>().Name.ShouldBe("stripe");
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_developer_needs_the_key_only()
    {
        using var host = Build(Environments.Development, null, ("SecretKey", "sk_test_0123456789abcdef"));

        await host.StartAsync(TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Settings_in_code_win()
    {
        using var host = Build(Environments.Production, options => options.AutomaticTax = false, ("SecretKey", Key), ("AutomaticTax", "true"), ("CreateInvoices", "true"), ("WebhookSecrets:0", Secret), ("WebhookSecrets:1", Secret));

        var options = host.Services.GetRequiredService<IOptions<StripeOptions>>().Value;

        (options.AutomaticTax, options.CreateInvoices, options.WebhookSecrets.Count).ShouldBe((false, true, 2));
    }

    [Fact]
    public void Calling_it_twice_reads_the_settings_once()
    {
        var builder = Builder(Environments.Production, ("SecretKey", Key), ("WebhookSecrets:0", Secret));
        builder.Services.AddAiCreditsCore().UseStripe().UseStripe(options => options.AllowPromotionCodes = true);
        using var host = builder.Build();

        host.Services.GetServices<IPaymentProvider>().ShouldHaveSingleItem();
        var options = host.Services.GetRequiredService<IOptions<StripeOptions>>().Value;
        (options.WebhookSecrets.Count, options.AllowPromotionCodes).ShouldBe((1, true));
    }

    [Fact]
    public async Task Without_a_key_it_says_which_and_where_to_get_one()
    {
        using var host = Build(("WebhookSecrets:0", Secret));

        var fault = (await StartFaultsAsync(host)).ShouldHaveSingleItem();

        fault.ShouldStartWith("AIC1300: AiCredits:Stripe:SecretKey is missing");
        fault.ShouldContain("https://dashboard.stripe.com/apikeys");
    }

    [Theory]
    [InlineData("AIC1300", "SecretKey", " ")]
    [InlineData("AIC1301", "SecretKey", "pk_live_0123456789abcdef")]
    [InlineData("AIC1301", "SecretKey", "whsec_0123456789abcdef")]
    [InlineData("AIC1301", "SecretKey", "\"sk_live_0123456789abcdef\"")]
    [InlineData("AIC1301", "SecretKey", "sk_live_0123456789abcdef\n")]
    [InlineData("AIC1301", "SecretKey", "sk_")]
    [InlineData("AIC1303", "WebhookSecrets:0", "sk_live_0123456789abcdef")]
    [InlineData("AIC1303", "WebhookSecrets:1", "")]
    [InlineData("AIC1303", "WebhookSecrets:1", "whsec_0123456789abcdef ")]
    [InlineData("AIC1304", "ApiBase", "https://stripe.example")]
    [InlineData("AIC1304", "ApiBase", "http://api.stripe.com")]
    [InlineData("AIC1304", "ApiBase", "https://api.stripe.com.evil.example")]
    [InlineData("AIC1304", "ApiBase", "https://api.stripe.com@evil.example")]
    [InlineData("AIC1304", "ApiBase", "https://api.stripe.com/v1")]
    [InlineData("AIC1304", "ApiBase", "file:///tmp")]
    [InlineData("AIC1304", "ApiBase", "api.stripe.com")]
    [InlineData("AIC1305", "WebhookTolerance", "00:00:00")]
    [InlineData("AIC1305", "WebhookTolerance", "01:00:01")]
    [InlineData("AIC1306", "Timeout", "-00:00:01")]
    [InlineData("AIC1306", "Timeout", "00:10:00")]
    public async Task A_wrong_setting_stops_the_start_and_names_its_key(string code, string key, string value)
    {
        using var host = Build(("SecretKey", Key), ("WebhookSecrets:0", Secret), (key, value));

        var fault = (await StartFaultsAsync(host)).ShouldHaveSingleItem();

        fault.ShouldStartWith($"{code}: AiCredits:Stripe:{key} ");
        fault.ShouldNotContain("0123456789abcdef");
    }

    [Theory]
    [InlineData("Production", "http://127.0.0.1:12111")]
    [InlineData("Production", "http://localhost:12111/")]
    [InlineData("Production", "http://[::1]:12111")]
    [InlineData("Production", "https://api.stripe.com/")]
    [InlineData("Development", "http://stripe-mock:12111")]
    public async Task A_stand_in_may_take_Stripe_s_place(string environment, string address)
    {
        using var host = Build(environment, null, ("SecretKey", Key), ("WebhookSecrets:0", Secret), ("ApiBase", address));

        await host.StartAsync(TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task No_webhook_secret_is_a_fault_outside_Development()
    {
        using var host = Build(("SecretKey", Key));

        (await StartFaultsAsync(host)).ShouldHaveSingleItem().ShouldStartWith("AIC1302: AiCredits:Stripe:WebhookSecrets is empty");
    }

    [Fact]
    public async Task All_faults_are_named_at_once()
    {
        using var host = Build(("ApiBase", "nowhere"), ("Timeout", "00:00:00"));

        (await StartFaultsAsync(host)).Select(fault => fault[..7]).ShouldBe(["AIC1300", "AIC1302", "AIC1304", "AIC1306"]);
    }

    [Theory]
    [InlineData("USD", "4.999", "at most 2 decimals")]
    [InlineData("JPY", "4.99", "at most 0 decimals")]
    public async Task A_pack_that_Stripe_can_t_charge_is_found_at_the_start(string currency, string price, string expected)
    {
        var builder = Builder(Environments.Production, ("SecretKey", Key), ("WebhookSecrets:0", Secret));
        builder.Services.AddAiCreditsCore(options =>
        {
            options.Currency = currency;
            options.Packs.Clear();
            options.Packs["starter"] = new() { Price = decimal.Parse(price), Credits = 25 };
            options.Packs["off"] = new() { Price = 0.001m, Credits = 25, Enabled = false };
        }).UseStripe();
        using var host = builder.Build();

        var fault = (await StartFaultsAsync(host)).ShouldHaveSingleItem();

        fault.ShouldStartWith("AIC1307: AiCredits:Packs:starter ");
        fault.ShouldContain(expected);
    }

    private static async Task<IReadOnlyList<string>> StartFaultsAsync(IHost host) =>
        [.. (await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken))).Failures];

    private static IHost Build(params (string Key, string Value)[] settings) => Build(Environments.Production, null, settings);

    private static IHost Build(string environment, Action<StripeOptions>? configure, params (string Key, string Value)[] settings)
    {
        var builder = Builder(environment, settings);
        builder.Services.AddAiCreditsCore().UseStripe(configure);
        return builder.Build();
    }

    private static HostApplicationBuilder Builder(string environment, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment });
        foreach (var (key, value) in settings)
        {
            builder.Configuration[$"AiCredits:Stripe:{key}"] = value;
        }

        builder.Logging.ClearProviders();
        return builder;
    }
}
