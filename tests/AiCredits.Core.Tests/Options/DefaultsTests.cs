using AiCredits.Guests;
using AiCredits.Ledger;

namespace AiCredits.Core.Tests.Options;

/// <summary>What an app gets that sets nothing.</summary>
public sealed class DefaultsTests : IAsyncDisposable
{
    private readonly CoreApp _app = new();

    [Theory]
    [InlineData("nano-banana", "Nano Banana", "0.5", "budget option")]
    [InlineData("flux-dev", "Flux Dev", "1", "standard quality")]
    [InlineData("lora-normal", "LORA Normal", "1", "artistic detail")]
    [InlineData("lora-context", "LORA Context", "1", "storytelling")]
    [InlineData("gemini-flash", "Gemini Flash", "1", "Google AI")]
    [InlineData("nano-banana-pro", "Nano Banana Pro", "2", "premium quality")]
    public void A_model_has_its_name_and_price(string id, string name, string credits, string bestFor)
    {
        var model = _app.Prices.Find(id).ShouldNotBeNull();

        (model.Id, model.Name, model.Price.ToString(), model.BestFor).ShouldBe((id, name, credits, bestFor));
        model.Version.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void There_are_six_models_cheapest_first() =>
        _app.Prices.Models.Select(model => model.Id).ShouldBe(["nano-banana", "flux-dev", "gemini-flash", "lora-context", "lora-normal", "nano-banana-pro"]);

    [Theory]
    [InlineData("starter", "Starter", "4.99", "25", "0", 0, false)]
    [InlineData("creator", "Creator", "14.99", "110", "10", 32, true)]
    [InlineData("pro", "Pro", "29.99", "300", "50", 50, false)]
    [InlineData("enterprise", "Enterprise", "49.99", "650", "150", 61, false)]
    public void A_pack_has_its_price_and_savings(string id, string name, string price, string credits, string bonus, int savings, bool best)
    {
        var pack = _app.Packs.Packs.Single(pack => pack.Id == id);

        (pack.Name, pack.Price.ToString(), pack.Currency, pack.Credits.ToString(), pack.BonusCredits.ToString(), pack.SavingsPercent, pack.BestValue)
            .ShouldBe((name, price, "USD", credits, bonus, savings, best));
    }

    [Fact]
    public void There_are_four_packs_cheapest_first_with_the_price_of_one_credit() =>
        _app.Packs.Packs.Select(pack => (pack.Id, pack.PricePerCredit)).ShouldBe([("starter", 0.1996m), ("creator", 0.136273m), ("pro", 0.099967m), ("enterprise", 0.076908m)]);

    [Fact]
    public void The_other_defaults_are_those_of_the_documentation()
    {
        var options = _app.Options;

        (options.WelcomeCredits, options.WelcomeCreditsExpireAfter, options.LowBalance).ShouldBe((50, null, 10));
        (options.Guests.Enabled, options.Guests.Limit, options.Guests.Window, options.Guests.WindowKind).ShouldBe((true, 3, TimeSpan.FromHours(24), GuestWindowKind.FromFirstUse));
        (options.Guests.NetworkLimit, options.Guests.SiteLimit, options.Guests.HashKey).ShouldBe((null, null, null));
        (options.Holds.Lease, options.Holds.Overrun, options.Holds.SweepEnabled, options.Holds.SweepInterval).ShouldBe((TimeSpan.FromMinutes(10), OverrunPolicy.Cap, true, TimeSpan.FromSeconds(30)));
        (options.Prompts.Keep, options.Prompts.KeepFor, options.Prompts.MaxLength).ShouldBe((true, TimeSpan.FromDays(30), 2_000));
    }

    [Theory]
    [InlineData(GenerationOutcome.Succeeded, true)]
    [InlineData(GenerationOutcome.Failed, false)]
    [InlineData(GenerationOutcome.Rejected, false)]
    [InlineData(GenerationOutcome.ClientGoneBeforeOutput, false)]
    [InlineData(GenerationOutcome.ClientGoneAfterOutput, true)]
    [InlineData(GenerationOutcome.TimedOut, false)]
    [InlineData(GenerationOutcome.Unknown, false)]
    public void An_outcome_is_charged_or_not(GenerationOutcome outcome, bool charged) => _app.Options.Outcomes.Charges(outcome).ShouldBe(charged);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
