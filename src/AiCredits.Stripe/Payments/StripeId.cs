using System.Diagnostics.CodeAnalysis;

namespace AiCredits.Stripe.Payments;

/// <summary>Tells Stripe's ids by their prefix. They become part of a path, so they are letters, digits and <c>_</c> only.</summary>
internal static class StripeId
{
    public static bool IsPayment([NotNullWhen(true)] string? id) => IsCheckout(id) || Is(id, "pi_");

    public static bool IsCheckout([NotNullWhen(true)] string? id) => Is(id, "cs_");

    public static bool IsSubscription([NotNullWhen(true)] string? id) => Is(id, "sub_");

    public static bool IsInvoice([NotNullWhen(true)] string? id) => Is(id, "in_");

    private static bool Is([NotNullWhen(true)] string? id, string prefix) =>
        id is { Length: <= 255 } && id.Length > prefix.Length && id.StartsWith(prefix, StringComparison.Ordinal)
        && id.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');
}
