using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using AiCredits.Guests;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Identity;

/// <summary>
/// Names a client's network, or its fingerprint, by a keyed hash, so that no address is ever stored. IPv6 counts by its
/// prefix: one home or office has a whole one to choose addresses from.
/// </summary>
internal sealed class NetworkHasher(IGuestLimiter guests, IOptionsMonitor<AiCreditsOptions> options, IOptionsMonitor<AiCreditsHttpOptions> httpOptions)
{
    private byte[]? storedKey;

    public ValueTask<string> NetworkAsync(IPAddress? address, CancellationToken cancellationToken)
    {
        Span<byte> network = stackalloc byte[17];
        var length = Network(address, httpOptions.CurrentValue.IPv6PrefixLength, network);
        return HashAsync("network:", network[..length].ToArray(), cancellationToken);
    }

    public ValueTask<string> FingerprintAsync(string fingerprint, CancellationToken cancellationToken) =>
        HashAsync("fingerprint:", Encoding.UTF8.GetBytes(fingerprint), cancellationToken);

    internal static int Network(IPAddress? address, int prefixLength, Span<byte> network)
    {
        network.Clear();
        if (address is null)
        {
            return 1;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            network[0] = 4;
            address.TryWriteBytes(network[1..], out var written);
            return 1 + written;
        }

        network[0] = 6;
        address.TryWriteBytes(network[1..], out _);
        for (var bit = prefixLength; bit < 128; bit++)
        {
            network[1 + (bit / 8)] &= (byte)~(0x80 >> (bit % 8));
        }

        return 17;
    }

    private async ValueTask<string> HashAsync(string prefix, byte[] what, CancellationToken cancellationToken)
    {
        var key = options.CurrentValue.Guests.HashKey is { } configured
            ? Encoding.UTF8.GetBytes(configured)
            : storedKey ??= (await guests.GetHashKeyAsync(cancellationToken).ConfigureAwait(false)).ToArray();
        return prefix + Base64Url.EncodeToString(HMACSHA256.HashData(key, what).AsSpan(0, 16));
    }
}
