using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.Metering;
using AiCredits.Payments;
using AiCredits.Purchases;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Purchases;

/// <summary>GET /credits/portal: where the caller finds receipts and payment methods.</summary>
internal sealed partial class PortalEndpoint
{
    public static async Task<IResult> GetAsync(
        HttpContext context,
        string? returnUrl,
        ICallerResolver callers,
        CreditProblems problems,
        OwnOrigins origins,
        IOptions<AiCreditsHttpOptions> options,
        PurchaseDesk desk,
        ILogger<PortalEndpoint> logger,
        CancellationToken cancellationToken)
    {
        if (!origins.IsOwn(context.Request))
        {
            return problems.CrossOrigin(context);
        }

        if (await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false) is not Caller.Account { Id: var account })
        {
            return problems.SignInRequired(context);
        }

        if (origins.Resolve(context.Request, returnUrl ?? AiCreditsHttpOptions.ToClient(context, options.Value.ReturnUrl)) is not { } back)
        {
            return problems.BadReturnUrl(context);
        }

        try
        {
            return await desk.CreatePortalAsync(account, back, cancellationToken).ConfigureAwait(false) is { } url
                ? CreditsJson.Ok(new PortalResponse(url.AbsoluteUri))
                : problems.NoPortal(context);
        }
        catch (PaymentProviderException exception)
        {
            PortalFailed(logger, exception);
            return problems.ProviderFailed(context, exception);
        }
    }

    [LoggerMessage(1172, LogLevel.Error, "The payment provider's portal could not be opened.")]
    private static partial void PortalFailed(ILogger logger, Exception exception);
}
