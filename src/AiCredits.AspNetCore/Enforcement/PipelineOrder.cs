using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>
/// Finds out that <c>UseAiCredits</c> stands before the middleware that knows the user: every signed-in user would then
/// be taken for a guest and generate for free.
/// </summary>
internal sealed class PipelineOrder(IAuthenticationSchemeProvider? schemes = null)
{
    // Set by the authorization middleware for the routing middleware, which checks the order of the two in the same way.
    private const string AuthorizationRan = "__AuthorizationMiddlewareWithEndpointInvoked";

    /// <summary>Throws when a caller who looks like a guest may be a user whom nobody has recognised yet.</summary>
    public async ValueTask EnsureKnownAsync(HttpContext context)
    {
        if (schemes is not null
            && context.Features.Get<IAuthenticationFeature>() is null
            && await schemes.GetDefaultAuthenticateSchemeAsync().ConfigureAwait(false) is not null)
        {
            throw new InvalidOperationException($"AIC1111: '{context.GetEndpoint()?.DisplayName}' requires credits, but authentication did not run before app.UseAiCredits(), so users would pass for guests. Call app.UseAuthentication() first.");
        }

        if (context.GetEndpoint()?.Metadata is { } metadata
            && metadata.GetMetadata<IAuthorizeData>() is not null
            && metadata.GetMetadata<IAllowAnonymous>() is null
            && !context.Items.ContainsKey(AuthorizationRan))
        {
            throw new InvalidOperationException($"AIC1112: '{context.GetEndpoint()?.DisplayName}' requires credits and authorization, but authorization did not run before app.UseAiCredits(). Call app.UseAuthorization() first.");
        }
    }
}
