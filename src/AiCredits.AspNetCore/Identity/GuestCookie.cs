using System.Buffers.Text;
using System.Security.Cryptography;
using AiCredits.Guests;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Identity;

/// <summary>The guest's cookie: protected, so that nobody can make one or change it. A forged or foreign one is as good as none.</summary>
internal sealed class GuestCookie(IDataProtectionProvider protection, IOptionsMonitor<AiCreditsHttpOptions> options)
{
    private const int MaxLength = 2_000;
    private const char Separator = '\n';
    private readonly IDataProtector protector = protection.CreateProtector("AiCredits.GuestCookie.v1");

    public static string NewGuestId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    public GuestSession? Read(HttpContext context)
    {
        if (context.Request.Cookies[options.CurrentValue.GuestCookieName] is not { Length: > 0 and <= MaxLength } value)
        {
            return null;
        }

        try
        {
            var parts = protector.Unprotect(value).Split(Separator, 2);
            return parts[0].Length is > 0 and <= GuestIdentity.MaxGuestIdLength ? new GuestSession(parts[0], parts.Length > 1 ? parts[1] : null) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public void Write(HttpContext context, GuestSession session)
    {
        var settings = options.CurrentValue;
        var value = session.ClaimedBy is null ? session.GuestId : $"{session.GuestId}{Separator}{session.ClaimedBy}";
        context.Response.Cookies.Append(settings.GuestCookieName, protector.Protect(value), new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = settings.GuestCookieLifetime,
            Path = context.Request.PathBase.HasValue ? context.Request.PathBase.Value : "/",
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
        });
    }
}
