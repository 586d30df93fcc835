using AiCredits.AspNetCore.Enforcement;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds enforcement to the pipeline.</summary>
public static class AiCreditsApplicationBuilderExtensions
{
    /// <summary>
    /// Charges the paid endpoints: credits are held before a handler runs, taken when it succeeds and given back when it
    /// fails. Call it after <c>UseRouting</c> (if the app calls that), <c>UseAuthentication</c> and <c>UseAuthorization</c>.
    /// Requests to endpoints that are not paid pass through untouched.
    /// </summary>
    /// <exception cref="InvalidOperationException"><c>AddAiCredits</c> was not called.</exception>
    public static IApplicationBuilder UseAiCredits(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var state = app.ApplicationServices.GetService<EnforcementState>()
            ?? throw new InvalidOperationException("AIC1100: app.UseAiCredits() was called without its services. Call builder.Services.AddAiCredits() first.");
        state.IsUsed = true;
        return app.UseMiddleware<CreditsMiddleware>();
    }
}
