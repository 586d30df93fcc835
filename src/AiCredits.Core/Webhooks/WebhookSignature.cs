using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AiCredits.Webhooks;

/// <summary>
/// Signs as the Standard Webhooks specification says, so that its libraries verify: HMAC-SHA256 over the id, the time and
/// the raw body, with a full stop between each.
/// </summary>
internal static class WebhookSignature
{
    private const string Prefix = "whsec_";

    /// <summary>The header's value: one signature for each secret, with a space between.</summary>
    public static string Write(string id, DateTimeOffset at, ReadOnlySpan<byte> body, IEnumerable<string> secrets)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.")), .. body];
        var signatures = new List<string>();
        foreach (var secret in secrets)
        {
            if (TryReadSecret(secret, out var key))
            {
                signatures.Add($"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}");
            }
        }

        return string.Join(' ', signatures);
    }

    public static bool TryReadSecret(string? secret, [NotNullWhen(true)] out byte[]? key)
    {
        key = null;
        if (secret?.StartsWith(Prefix, StringComparison.Ordinal) != true || !Base64.IsValid(secret.AsSpan(Prefix.Length)))
        {
            return false;
        }

        key = Convert.FromBase64String(secret[Prefix.Length..]);
        return key.Length is >= 24 and <= 64;
    }

    /// <summary>An event's id as receivers see it: the same for every delivery, and fit for a header whatever the account is called.</summary>
    public static string IdOf(string eventId) => $"evt_{Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(eventId)).AsSpan(0, 18))}";
}
