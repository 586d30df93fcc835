using System.Net;
using System.Net.Sockets;

namespace AiCredits.AspNetCore.Identity;

/// <summary>What of a client's address is counted: all of IPv4, the customer's prefix of IPv6.</summary>
internal static class ClientNetwork
{
    /// <summary>The most bytes that <see cref="Write"/> writes.</summary>
    public const int MaxLength = 17;

    /// <summary>Writes the family and the network's bits; an IPv4 address in IPv6 clothes is IPv4, and all without an address are one network.</summary>
    public static int Write(IPAddress? address, int ipv6PrefixLength, Span<byte> destination)
    {
        if (address is null)
        {
            destination[0] = 0;
            return 1;
        }

        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            destination[0] = 4;
            address.TryWriteBytes(destination[1..], out _);
            return 5;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (address.IsIPv4MappedToIPv6)
        {
            destination[0] = 4;
            bytes[12..].CopyTo(destination[1..]);
            return 5;
        }

        var whole = ipv6PrefixLength / 8;
        bytes[(whole + (ipv6PrefixLength % 8 > 0 ? 1 : 0))..].Clear();
        if (ipv6PrefixLength % 8 is > 0 and var rest)
        {
            bytes[whole] &= (byte)(0xFF << (8 - rest));
        }

        destination[0] = 6;
        bytes.CopyTo(destination[1..]);
        return MaxLength;
    }
}
