using AiCredits.Payments;
using AiCredits.Stripe.Payments;
using Microsoft.Extensions.Options;

namespace AiCredits.Stripe;

/// <summary>Finds plans that Stripe couldn't charge before somebody tries to subscribe, at the start and after each change.</summary>
internal sealed class StripePlanValidator : IValidateOptions<AiCreditsOptions>
{
    public ValidateOptionsResult Validate(string? name, AiCreditsOptions options)
    {
        var faults = options.Plans
            .Where(plan => plan.Value is { Enabled: true, ProviderPriceId: null } && !StripeAmount.TryToMinor(new Money(plan.Value.Price, options.Currency), out _))
            .Select(plan => $"AIC1308: AiCredits:Plans:{plan.Key} costs {plan.Value.Price} {options.Currency}, which Stripe can't charge. Use at most {StripeAmount.DecimalsOf(options.Currency)} decimals, or set ProviderPriceId or Enabled to false.")
            .ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
