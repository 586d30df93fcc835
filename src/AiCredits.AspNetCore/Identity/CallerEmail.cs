using System.Net.Mail;
using System.Security.Claims;

namespace AiCredits.AspNetCore.Identity;

/// <summary>The mail address that the sign-in knows.</summary>
internal static class CallerEmail
{
    /// <summary>The address; null when there is none, or none that a provider would take: Stripe refuses a host without a dot, and the checkout with it.</summary>
    public static string? Of(ClaimsPrincipal user) =>
        user.FindFirst(ClaimTypes.Email)?.Value is { Length: <= 320 } email && MailAddress.TryCreate(email, out var address) && address.Address == email && address.Host.Contains('.') ? email : null;
}
