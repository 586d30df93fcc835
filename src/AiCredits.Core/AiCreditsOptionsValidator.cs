using AiCredits.Ledger;
using Microsoft.Extensions.Options;

namespace AiCredits;

/// <summary>Checks every setting and names all faults at once, each with its key and its fix.</summary>
internal sealed class AiCreditsOptionsValidator : IValidateOptions<AiCreditsOptions>
{
    public ValidateOptionsResult Validate(string? name, AiCreditsOptions options)
    {
        var faults = new List<string>();
        Models(options, faults);
        Packs(options, faults);
        Guests(options, faults);
        Others(options, faults);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Models(AiCreditsOptions options, List<string> faults)
    {
        foreach (var (id, model) in options.Models)
        {
            if (!IsPlainId(id))
            {
                faults.Add($"AIC1001: AiCredits:Models has the id '{id}'. Use 1 to 100 letters, digits, '-', '_', '.', ':' or '/'.");
            }

            if (model.Enabled && model.Credits.Millionths is <= 0 or > LedgerCommand.MaxAmountMillionths)
            {
                faults.Add($"AIC1002: AiCredits:Models:{id}:Credits is {model.Credits}, so the model would be free or beyond counting. Set it above 0 (0.000001 is the least), or set AiCredits:Models:{id}:Enabled to false.");
            }

            if (model.Lease < TimeSpan.FromSeconds(1) || model.Lease > HoldCommand.MaxLease || !Enum.IsDefined(model.OnExpiry))
            {
                faults.Add($"AIC1017: AiCredits:Models:{id}:Lease is {model.Lease} and OnExpiry {model.OnExpiry}. Use a second to {HoldCommand.MaxLease.TotalDays:0} days (or leave Lease out), and Release or Capture.");
            }
        }

        if (!options.Models.Values.Any(model => model.Enabled))
        {
            faults.Add("AIC1003: AiCredits:Models has no enabled model. Add one with its Credits.");
        }
    }

    private static void Packs(AiCreditsOptions options, List<string> faults)
    {
        if (options.Currency is not { Length: 3 } currency || !currency.All(char.IsAsciiLetterUpper))
        {
            faults.Add($"AIC1004: AiCredits:Currency is '{options.Currency}'. Use an ISO 4217 code in capitals, such as USD.");
        }

        foreach (var (id, pack) in options.Packs)
        {
            if (!IsPlainId(id))
            {
                faults.Add($"AIC1001: AiCredits:Packs has the id '{id}'. Use 1 to 100 letters, digits, '-', '_', '.', ':' or '/'.");
            }

            if (pack.Enabled && (pack.Price <= 0 || pack.Credits.Millionths <= 0 || pack.BonusCredits.IsNegative || pack.BonusCredits >= pack.Credits))
            {
                faults.Add($"AIC1005: AiCredits:Packs:{id} costs {pack.Price} for {pack.Credits} credits of which {pack.BonusCredits} are a bonus. Set Price and Credits above 0 and BonusCredits below Credits, or set Enabled to false.");
            }
        }
    }

    private static void Guests(AiCreditsOptions options, List<string> faults)
    {
        var guests = options.Guests;
        if (guests.Limit < 0 || guests.NetworkLimit < 0 || guests.SiteLimit < 0)
        {
            faults.Add("AIC1006: AiCredits:Guests has a limit below 0. Set Limit, NetworkLimit and SiteLimit to 0 or more, or Enabled to false.");
        }

        if (guests.Window < TimeSpan.FromSeconds(1) || guests.Window > TimeSpan.FromDays(366))
        {
            faults.Add($"AIC1007: AiCredits:Guests:Window is {guests.Window}. Use a second to 366 days, such as 24:00:00 or 1.00:00:00.");
        }

        if (!Enum.IsDefined(guests.WindowKind))
        {
            faults.Add($"AIC1008: AiCredits:Guests:WindowKind is {(int)guests.WindowKind}. Use FromFirstUse or Sliding.");
        }

        if (guests.HashKey is { Length: < 32 })
        {
            faults.Add("AIC1009: AiCredits:Guests:HashKey is shorter than 32 characters. Use a longer random secret, or leave it out to have one made.");
        }
    }

    private static void Others(AiCreditsOptions options, List<string> faults)
    {
        if (options.WelcomeCredits.Millionths is < 0 or > LedgerCommand.MaxAmountMillionths || options.LowBalance.IsNegative)
        {
            faults.Add("AIC1010: AiCredits:WelcomeCredits or AiCredits:LowBalance is below 0 or beyond counting. Use 0 to a billion credits.");
        }

        if (options.WelcomeCreditsExpireAfter <= TimeSpan.Zero)
        {
            faults.Add($"AIC1011: AiCredits:WelcomeCreditsExpireAfter is {options.WelcomeCreditsExpireAfter}. Use more than zero, or leave it out for never.");
        }

        if (options.Holds.Lease < TimeSpan.FromSeconds(1) || options.Holds.Lease > HoldCommand.MaxLease)
        {
            faults.Add($"AIC1012: AiCredits:Holds:Lease is {options.Holds.Lease}. Use a second to {HoldCommand.MaxLease.TotalDays:0} days, and longer than the longest generation.");
        }

        if (options.Holds.SweepInterval < TimeSpan.FromMilliseconds(100) || options.Holds.SweepInterval > TimeSpan.FromDays(1))
        {
            faults.Add($"AIC1013: AiCredits:Holds:SweepInterval is {options.Holds.SweepInterval}. Use 0.1 seconds to a day.");
        }

        if (!Enum.IsDefined(options.Holds.Overrun))
        {
            faults.Add($"AIC1014: AiCredits:Holds:Overrun is {(int)options.Holds.Overrun}. Use Cap or Extra.");
        }

        if (options.Prompts.MaxLength is < 0 or > 100_000 || options.Prompts.KeepFor <= TimeSpan.Zero)
        {
            faults.Add("AIC1015: AiCredits:Prompts:MaxLength is not within 0 to 100000, or KeepFor is not above zero. Correct it, or set AiCredits:Prompts:Keep to false.");
        }

        if (options.Events.PollInterval < TimeSpan.FromMilliseconds(10) || options.Events.PollInterval > TimeSpan.FromDays(1))
        {
            faults.Add($"AIC1018: AiCredits:Events:PollInterval is {options.Events.PollInterval}. Use 0.01 seconds to a day.");
        }

        if (options.MaxCount is < 1 or > 1_000_000)
        {
            faults.Add($"AIC1016: AiCredits:MaxCount is {options.MaxCount}. Use 1 to 1000000.");
        }
    }

    private static bool IsPlainId(string id) =>
        id.Length is > 0 and <= 100 && id.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or ':' or '/');
}
