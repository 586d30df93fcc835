using AiCredits.AspNetCore.RateLimiting;

namespace Microsoft.AspNetCore.RateLimiting;

/// <summary>Offers the guest limit to apps that use the framework's rate limiter.</summary>
public static class AiCreditsRateLimiterOptionsExtensions
{
    /// <summary>
    /// Adds a policy that counts the requests of guests by the settings in <c>AiCredits:Guests</c>, in the same windows as
    /// paid endpoints do, and lets signed-in users pass. For endpoints that are free for users but not for guests.
    /// A use is counted when the request is let in and never given back: the framework doesn't tell how a request
    /// ends. Where a failed generation must give the use back, write <c>RequireCredits</c>, and don't put both on one
    /// endpoint. Needs <c>AddAiCredits</c>, and <c>UseRateLimiter</c> after <c>UseRouting</c> and <c>UseAuthentication</c>.
    /// </summary>
    /// <param name="options">The framework's options.</param>
    /// <param name="policyName">The name for <c>RequireRateLimiting</c> and <c>[EnableRateLimiting]</c>.</param>
    public static RateLimiterOptions AddAiCreditsGuestLimit(this RateLimiterOptions options, string policyName)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.AddPolicy<GuestRequestLimiter, GuestLimitPolicy>(policyName);
    }
}
