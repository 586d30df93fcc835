using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using AiCredits.Guests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Identity;

/// <summary>Recognises a guest by every signal there is: cookie, client network, and fingerprint and site where the options say so.</summary>
/// <remarks>Thread-safe; a singleton.</remarks>
internal sealed partial class GuestResolver(
    GuestCookie cookie,
    IGuestLimiter limiter,
    IOptionsMonitor<AiCreditsOptions> options,
    IOptions<AiCreditsHttpOptions> httpOptions,
    ILogger<GuestResolver> logger)
{
    private const int MaxFingerprintLength = 512;
    private const int HashLength = 16;

    private readonly AiCreditsHttpOptions http = httpOptions.Value;
    private HashKey? hashKey;
    private bool warnedOfNoAddress;
    private bool warnedOfProxy;

    public async ValueTask<GuestIdentity> ResolveAsync(HttpContext context, bool willGenerate, CancellationToken cancellationToken)
    {
        var guests = options.CurrentValue.Guests;
        var key = await GetHashKeyAsync(guests.HashKey, cancellationToken).ConfigureAwait(false);
        var id = cookie.Read(context) ?? cookie.Propose(context, willGenerate);
        var fingerprint = FingerprintOf(context);
        var subjects = new GuestSubject[2 + (fingerprint is null ? 0 : 1) + (guests.SiteLimit is null ? 0 : 1)];
        subjects[0] = new GuestSubject("cookie:" + id, guests.Limit);
        subjects[1] = new GuestSubject(NetworkOf(context, key), guests.NetworkLimit ?? guests.Limit);
        if (fingerprint is not null)
        {
            subjects[2] = new GuestSubject(Hash("fingerprint:", key, Encoding.UTF8.GetBytes(fingerprint)), guests.Limit);
        }

        if (guests.SiteLimit is { } siteLimit)
        {
            subjects[^1] = new GuestSubject("site", siteLimit);
        }

        return new GuestIdentity(id, subjects);
    }

    private static string Hash(string kind, ReadOnlyMemory<byte> key, ReadOnlySpan<byte> value)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Span, value, hash);
        Span<char> text = stackalloc char[kind.Length + 22];
        kind.CopyTo(text);
        Base64Url.EncodeToChars(hash[..HashLength], text[kind.Length..]);
        return new string(text);
    }

    private string? FingerprintOf(HttpContext context) =>
        http.FingerprintHeader is { } header && context.Request.Headers.TryGetValue(header, out var values) && values is [{ Length: > 0 and <= MaxFingerprintLength } value] ? value : null;

    private string NetworkOf(HttpContext context, ReadOnlyMemory<byte> key)
    {
        var address = context.Connection.RemoteIpAddress;
        if (address is null && !warnedOfNoAddress)
        {
            warnedOfNoAddress = true;
            NoAddress();
        }

        // The middleware for forwarded headers takes what it trusts out of the header: what is still there names a
        // client whom we can't see.
        if (address is not null && !warnedOfProxy && context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("X-Original-For"))
        {
            warnedOfProxy = true;
            ProxyNotTrusted(address);
        }

        Span<byte> network = stackalloc byte[ClientNetwork.MaxLength];
        return Hash("network:", key, network[..ClientNetwork.Write(address, http.IPv6PrefixLength, network)]);
    }

    private async ValueTask<ReadOnlyMemory<byte>> GetHashKeyAsync(string? configured, CancellationToken cancellationToken)
    {
        if (hashKey is { } known && ReferenceEquals(known.Configured, configured))
        {
            return known.Bytes;
        }

        var bytes = configured is null ? await limiter.GetHashKeyAsync(cancellationToken).ConfigureAwait(false) : Encoding.UTF8.GetBytes(configured);
        hashKey = new HashKey(configured, bytes);
        return bytes;
    }

    [LoggerMessage(1101, LogLevel.Warning, "The server knows no address of this client (a Unix socket, or a test server), so all such guests share one network and its limit. Behind a proxy, call UseForwardedHeaders first; see docs/guests.md.")]
    private partial void NoAddress();

    [LoggerMessage(1102, LogLevel.Warning, "A request from {Address} carries X-Forwarded-For, which nobody has processed. If {Address} is your proxy, all guests share its network and its limit: call UseForwardedHeaders first and name the proxy in its options; see docs/guests.md.")]
    private partial void ProxyNotTrusted(IPAddress address);

    private sealed record HashKey(string? Configured, ReadOnlyMemory<byte> Bytes);
}
