using System.Buffers.Binary;

namespace AiCredits.Events;

/// <summary>The numbers of events that no entry of the ledger has caused.</summary>
internal static class EventSequence
{
    /// <summary>A number that no other event of the same account and name has: the last eight bytes of a version 7 id are random.</summary>
    public static long Of(Guid id, long version)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return unchecked(BinaryPrimitives.ReadInt64BigEndian(bytes[8..]) + version) & long.MaxValue;
    }
}
