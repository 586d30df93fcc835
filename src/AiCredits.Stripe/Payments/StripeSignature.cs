using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AiCredits.Stripe.Payments;

/// <summary>
/// Verifies the header <c>Stripe-Signature</c> over the raw bytes of a webhook: <c>t=1700000000,v1=hex,v1=hex</c>, where each
/// v1 is HMAC-SHA256 of the time, a dot and the body. https://docs.stripe.com/webhooks/signature
/// </summary>
internal sealed class StripeSignature(IEnumerable<string> secrets, TimeSpan tolerance, TimeProvider clock)
{
    public const string HeaderName = "Stripe-Signature";
    private const int MaxHeaderLength = 4096;
    private readonly byte[][] keys = [.. secrets.Select(Encoding.UTF8.GetBytes)];

    /// <summary>What is wrong with it; null when it is Stripe's and fresh.</summary>
    public string? FaultOf(string? header, ReadOnlySpan<byte> body)
    {
        if (keys.Length == 0)
        {
            return "No webhook secret is configured. Set AiCredits:Stripe:WebhookSecrets:0.";
        }

        if (string.IsNullOrEmpty(header))
        {
            return $"There is no header {HeaderName}.";
        }

        if (!TryParse(header, out var time, out var seconds, out var signatures))
        {
            return $"The header {HeaderName} is malformed.";
        }

        if (!IsSigned(time, body, signatures))
        {
            return "No signature fits. The body was changed on its way, or AiCredits:Stripe:WebhookSecrets lacks the endpoint's secret.";
        }

        var age = clock.GetUtcNow().ToUnixTimeSeconds() - seconds;
        return Math.Abs(age) > tolerance.TotalSeconds ? $"It was signed {age} seconds ago. If it is no replay, check this machine's clock." : null;
    }

    private bool IsSigned(string time, ReadOnlySpan<byte> body, List<byte[]> signatures)
    {
        var prefix = Encoding.ASCII.GetBytes(time + ".");
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var isSigned = false;
        foreach (var key in keys)
        {
            using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
            hash.AppendData(prefix);
            hash.AppendData(body);
            hash.GetHashAndReset(expected);
            foreach (var signature in signatures)
            {
                isSigned |= CryptographicOperations.FixedTimeEquals(expected, signature);
            }
        }

        return isSigned;
    }

    private static bool TryParse(string header, out string time, out long seconds, out List<byte[]> signatures)
    {
        time = "";
        seconds = 0;
        signatures = [];
        if (header.Length > MaxHeaderLength)
        {
            return false;
        }

        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.StartsWith("t=", StringComparison.Ordinal))
            {
                if (time.Length > 0 || part.Length > 14 || !long.TryParse(part.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out seconds))
                {
                    return false;
                }

                time = part[2..];
            }
            else if (part.StartsWith("v1=", StringComparison.Ordinal))
            {
                var signature = new byte[HMACSHA256.HashSizeInBytes];
                if (Convert.FromHexString(part.AsSpan(3), signature, out var read, out var written) != System.Buffers.OperationStatus.Done || written != signature.Length)
                {
                    return false;
                }

                signatures.Add(signature);
            }
        }

        return time.Length > 0 && signatures.Count > 0;
    }
}
