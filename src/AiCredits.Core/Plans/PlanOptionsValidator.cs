using AiCredits.Ledger;
using Microsoft.Extensions.Options;

namespace AiCredits.Plans;

/// <summary>Checks the settings of plans and names all faults at once.</summary>
internal sealed class PlanOptionsValidator : IValidateOptions<AiCreditsOptions>
{
    public ValidateOptionsResult Validate(string? name, AiCreditsOptions options)
    {
        var faults = new List<string>();
        foreach (var (id, plan) in options.Plans)
        {
            if (id.Length is 0 or > 100 || !id.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.'))
            {
                faults.Add($"AIC1021: AiCredits:Plans has the id '{id}'. Use 1 to 100 letters, digits, '-', '_' or '.'.");
            }

            if (plan.Enabled)
            {
                Check(id, plan, faults);
            }
        }

        if (options.PlanGrace < TimeSpan.Zero || options.PlanGrace > TimeSpan.FromDays(14))
        {
            faults.Add($"AIC1025: AiCredits:PlanGrace is {options.PlanGrace}. Use 0 to 14 days, such as 1.00:00:00.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Check(string id, PlanOptions plan, List<string> faults)
    {
        var unlimited = plan.FairUseCredits is not null;
        if (plan.Price <= 0 || !Enum.IsDefined(plan.Interval) || unlimited == (plan.Credits.Millionths > 0) || !IsAmount(plan.Credits) || !IsAmount(plan.TrialCredits) || !IsAmount(plan.RollOverCap ?? 0))
        {
            faults.Add($"AIC1022: AiCredits:Plans:{id} costs {plan.Price} for {plan.Credits} credits. Set Price above 0, Interval to Month or Year, and Credits above 0 (or FairUseCredits, and no Credits, for an unlimited plan); RollOverCap and TrialCredits are 0 or more. Or set Enabled to false.");
        }

        if (plan.RefillMonths < 1 || (int)plan.Interval % plan.RefillMonths != 0 || plan.TrialDays is < 0 or > 730 || plan.MinSeats < 1 || plan.MaxSeats < plan.MinSeats || plan.MaxSeats > 10_000)
        {
            faults.Add($"AIC1023: AiCredits:Plans:{id} has RefillMonths {plan.RefillMonths}, TrialDays {plan.TrialDays} and {plan.MinSeats} to {plan.MaxSeats} seats. Use RefillMonths that divide the months of the interval, 0 to 730 days of trial, and 1 to 10000 seats with MinSeats not above MaxSeats.");
        }

        if (unlimited && (plan.FairUseCredits is not { Millionths: > 0 } fair || !IsAmount(fair) || plan.FairUseWindow < TimeSpan.FromHours(1) || plan.FairUseWindow > TimeSpan.FromDays(31)
            || (plan.FairUseRateCredits is { } rate && (rate.Millionths <= 0 || rate > fair || plan.FairUseRateWindow < TimeSpan.FromHours(1) || plan.FairUseWindow.Ticks % plan.FairUseRateWindow.Ticks != 0))))
        {
            faults.Add($"AIC1024: AiCredits:Plans:{id} allows {plan.FairUseCredits} credits in {plan.FairUseWindow}, {plan.FairUseRateCredits} of them in {plan.FairUseRateWindow}. Use FairUseCredits above 0 and a FairUseWindow of an hour to 31 days; FairUseRateCredits above 0 and not above FairUseCredits, and a FairUseRateWindow of an hour or more that divides FairUseWindow.");
        }
    }

    private static bool IsAmount(Credits credits) => credits.Millionths is >= 0 and <= LedgerCommand.MaxAmountMillionths / 10_000;
}
