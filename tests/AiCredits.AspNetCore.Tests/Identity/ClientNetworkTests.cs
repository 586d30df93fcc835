using System.Net;

namespace AiCredits.AspNetCore.Identity;

public sealed class ClientNetworkTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("127.0.0.1", "::1", false)]
    public void Addresses_of_one_network_are_one(string left, string right, bool same) => Network(left).SequenceEqual(Network(right)).ShouldBe(same);

    [Theory]
    [InlineData(56, "2001:db8:1:2ab::", "2001:db8:1:2cd::", true)]
    [InlineData(56, "2001:db8:1:2ab::", "2001:db8:1:3ab::", false)]
    [InlineData(57, "2001:db8:1:200::", "2001:db8:1:280::", false)]
    [InlineData(57, "2001:db8:1:200::", "2001:db8:1:27f::", true)]
    [InlineData(128, "2001:db8::1", "2001:db8::2", false)]
    [InlineData(16, "2001:db8::1", "2001:ffff::2", true)]
    public void The_prefix_may_be_any_length(int prefix, string left, string right, bool same) => Network(left, prefix).SequenceEqual(Network(right, prefix)).ShouldBe(same);

    [Fact]
    public void All_without_an_address_are_one() => Network(null).ShouldBe([0]);

    private static byte[] Network(string? address, int prefix = 64)
    {
        var bytes = new byte[ClientNetwork.MaxLength];
        return bytes[..ClientNetwork.Write(address is null ? null : IPAddress.Parse(address), prefix, bytes)];
    }
}
