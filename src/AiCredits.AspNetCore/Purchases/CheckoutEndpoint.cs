using System.Text.Json;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.Metering;
using AiCredits.Packs;
using AiCredits.Payments;
using AiCredits.Purchases;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Purchases;

/// <summary>POST /credits/checkout: keeps a purchase and says where to pay for it. The same Idempotency-Key gives the same checkout.</summary>
internal sealed partial class CheckoutEndpoint
{
    private const int MaxBodyBytes = 16 * 1024;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static async Task<IResult> PostAsync(
        HttpContext context,
        ICallerResolver callers,
        CreditProblems problems,
        OwnOrigins origins,
        IOptions<AiCreditsHttpOptions> options,
        IPackCatalog packs,
        PurchaseDesk desk,
        ILogger<CheckoutEndpoint> logger,
        CancellationToken cancellationToken)
    {
        // JSON can't be sent by another site's form, and not by its script without leave.
        if (!context.Request.HasJsonContentType())
        {
            return problems.NotJson(context);
        }

        if (!origins.IsOwn(context.Request))
        {
            return problems.CrossOrigin(context);
        }

        if (await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false) is not Caller.Account { Id: var account })
        {
            return problems.SignInRequired(context);
        }

        if (!TryReadKey(context.Request, out var key))
        {
            return problems.BadKey(context);
        }

        if (await ReadAsync(context.Request, cancellationToken).ConfigureAwait(false) is not { } body)
        {
            return problems.UnreadableCheckout(context);
        }

        if (origins.Resolve(context.Request, body.ReturnUrl ?? AiCreditsHttpOptions.ToClient(context, options.Value.ReturnUrl)) is not { } back)
        {
            return problems.BadReturnUrl(context);
        }

        try
        {
            var order = new CheckoutOrder(account, body.PackId ?? "", (id, paid) => OwnOrigins.WayBack(back, "purchase", id, paid)) { ClientKey = key, Email = CallerEmail.Of(context.User) };
            return await desk.BeginAsync(order, cancellationToken).ConfigureAwait(false) switch
            {
                CheckoutResult.Opened opened => CreditsJson.Ok(new CheckoutResponse(opened.Url.AbsoluteUri, opened.Purchase.Id)),
                CheckoutResult.UnknownPack => problems.UnknownPack(context, packs),
                CheckoutResult.Refused refused => problems.PurchaseRefused(context, refused.Reason),
                CheckoutResult.Over over => problems.PurchaseOver(context, over.Purchase),
                _ => problems.KeyReused(context),
            };
        }
        catch (PaymentProviderException exception)
        {
            CheckoutFailed(logger, exception);
            return problems.ProviderFailed(context, exception);
        }
    }

    private static bool TryReadKey(HttpRequest request, out string? key)
    {
        key = null;
        var values = request.Headers["Idempotency-Key"];
        if (values.Count == 0)
        {
            return true;
        }

        key = values[0];
        return values.Count == 1 && key is { Length: > 0 and <= 200 } && key.All(character => character is > ' ' and <= '~');
    }

    private static async ValueTask<CheckoutBody?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await BodyReader.ReadAsync(request, MaxBodyBytes, cancellationToken).ConfigureAwait(false) is { } bytes
                ? JsonSerializer.Deserialize<CheckoutBody>(bytes.Span, Json)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [LoggerMessage(1170, LogLevel.Error, "A checkout could not be opened.")]
    private static partial void CheckoutFailed(ILogger logger, Exception exception);
}
