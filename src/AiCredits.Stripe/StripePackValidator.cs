using AiCredits.Payments;
using AiCredits.Stripe.Payments;
using Microsoft.Extensions.Options;

namespace AiCredits.Stripe;

/// <summary>Finds packs that Stripe couldn't charge before somebody tries to buy one, at the start and after each change.</summary>
internal sealed class StripePackValidator : IValidateOptions<AiCreditsOptions>
{
    public ValidateOptionsResult Validate(string? name, AiCreditsOptions options)
    {
        var faults = options.Packs
            .Where(pack => pack.Value.Enabled && !StripeAmount.TryToMinor(new Money(pack.Value.Price, options.Currency), out _))
            .Select(pack => $"AIC1307: AiCredits:Packs:{pack.Key} costs {pack.Value.Price} {options.Currency}, which Stripe can't charge. Use at most {StripeAmount.DecimalsOf(options.Currency)} decimals, or set Enabled to false.")
            .ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
