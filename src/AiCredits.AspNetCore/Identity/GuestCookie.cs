using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Identity;

/// <summary>The guest's cookie: a random id under Data Protection. A cookie that we didn't make is no cookie.</summary>
internal sealed class GuestCookie(IDataProtectionProvider protection, IOptions<AiCreditsHttpOptions> options, TimeProvider clock)
{
    // In the clear, so that signed-in requests needn't decrypt a cookie only to see that nothing is left to do.
    private const string ClaimedPrefix = "c.";
    private const int MaxLength = 1024;

    private readonly IDataProtector protector = protection.CreateProtector("AiCredits.AspNetCore.GuestCookie.v1");
    private readonly string name = options.Value.GuestCookieName;
    private readonly TimeSpan lifetime = options.Value.GuestCookieLifetime;

    /// <summary>True when the request has a cookie that no account has claimed yet, as far as can be seen without decrypting it.</summary>
    public bool IsUnclaimed(HttpContext context) =>
        context.Request.Headers.Cookie.Count > 0 && context.Request.Cookies[name] is { Length: > 0 } value && !value.StartsWith(ClaimedPrefix, StringComparison.Ordinal);

    /// <summary>The guest's id; null without a cookie of ours.</summary>
    public string? Read(HttpContext context)
    {
        if (context.Request.Cookies[name] is not { Length: > 0 and <= MaxLength } value)
        {
            return null;
        }

        try
        {
            var id = protector.Unprotect(value.StartsWith(ClaimedPrefix, StringComparison.Ordinal) ? value[ClaimedPrefix.Length..] : value);
            return Guid.TryParseExact(id, "N", out _) ? id : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>An id for a new guest, the same for the whole request. Its cookie waits for <see cref="Confirm"/>.</summary>
    public string Propose(HttpContext context, bool willGenerate)
    {
        if (context.Features.Get<Proposal>() is { } earlier)
        {
            return earlier.GuestId;
        }

        var id = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");
        if (willGenerate)
        {
            context.Features.Set(new Proposal(id));
        }

        return id;
    }

    /// <summary>Sends the cookie of a guest who has been let generate, when it is new.</summary>
    public void Confirm(HttpContext context)
    {
        if (context.Features.Get<Proposal>() is { } proposal)
        {
            context.Features.Set<Proposal>(null);
            Append(context, protector.Protect(proposal.GuestId));
        }
    }

    /// <summary>Marks the cookie, so that later requests don't ask again. The guest stays the same: signing out gives no new free generations.</summary>
    public void MarkClaimed(HttpContext context, string guestId) => Append(context, ClaimedPrefix + protector.Protect(guestId));

    private void Append(HttpContext context, string value) => context.Response.Cookies.Append(name, value, new CookieOptions
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        MaxAge = lifetime,
        Path = context.Request.PathBase.HasValue ? context.Request.PathBase.Value : "/",
        IsEssential = true,
    });

    private sealed record Proposal(string GuestId);
}
