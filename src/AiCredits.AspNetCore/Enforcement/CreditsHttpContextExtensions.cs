using AiCredits.AspNetCore.Enforcement;

namespace Microsoft.AspNetCore.Http;

/// <summary>Finds the credits of a request.</summary>
public static class CreditsHttpContextExtensions
{
    /// <summary>What the request's generation is about.</summary>
    /// <exception cref="InvalidOperationException">The endpoint is not paid.</exception>
    public static ICreditsFeature GetCredits(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<ICreditsFeature>()
            ?? throw new InvalidOperationException("AIC1113: The endpoint is not paid, so it has no credits. Add [RequiresCredits(\"...\")] or .RequireCredits(...) to it.");
    }
}
