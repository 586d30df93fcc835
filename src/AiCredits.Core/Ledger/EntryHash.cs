using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AiCredits.Ledger;

/// <summary>
/// Chains an account's entries: SHA-256 over the hash before and every field, each with a fixed width or its length
/// before it. Stored, so the layout must never change; a new layout needs a new version byte.
/// </summary>
public static class EntryHash
{
    private const byte Version = 1;
    private const int FixedLength = 256;

    /// <summary>The hash of an entry that follows one with the hash <paramref name="previous"/>; 32 bytes.</summary>
    public static byte[] Compute(ReadOnlySpan<byte> previous, Entry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var size = FixedLength + (entry.Slices.Count * 16) + Bytes(entry.Account.Value) + Bytes(entry.Key) + Bytes(entry.Model)
            + Bytes(entry.Description) + Bytes(entry.Actor) + Bytes(entry.Reference);
        var rented = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var writer = new Writer(rented);
            writer.Add(Version);
            writer.Add(previous);
            writer.Add(entry.Account.Value);
            writer.Add(entry.Sequence);
            writer.Add(UtcMicroseconds.From(entry.At));
            writer.Add((byte)entry.Kind);
            writer.Add(entry.Amount.Millionths);
            writer.Add(entry.Remainder.Millionths);
            writer.Add(entry.AvailableAfter.Millionths);
            writer.Add(entry.HeldAfter.Millionths);
            writer.Add(entry.DebtAfter.Millionths);
            writer.Add(entry.Key);
            writer.Add(entry.RequestHash);
            writer.Add(entry.HoldId);
            writer.Add(entry.GrantId ?? -1);
            writer.Add((long?)entry.GrantKind ?? -1);
            writer.Add(entry.EndsAt is { } endsAt ? UtcMicroseconds.From(endsAt) : long.MinValue);
            writer.Add(entry.Slices.Count);
            for (var index = 0; index < entry.Slices.Count; index++)
            {
                writer.Add(entry.Slices[index].GrantId);
                writer.Add(entry.Slices[index].Amount.Millionths);
            }

            writer.Add(entry.Model);
            writer.Add(entry.Description);
            writer.Add(entry.Actor);
            writer.Add(entry.Reference);
            return SHA256.HashData(writer.Written);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static int Bytes(string? text) => text is null ? 0 : Encoding.UTF8.GetMaxByteCount(text.Length);

    private ref struct Writer(Span<byte> buffer)
    {
        private readonly Span<byte> buffer = buffer;
        private int position;

        public readonly ReadOnlySpan<byte> Written => buffer[..position];

        public void Add(byte value) => buffer[position++] = value;

        public void Add(ReadOnlySpan<byte> value)
        {
            value.CopyTo(buffer[position..]);
            position += value.Length;
        }

        public void Add(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(buffer[position..], value);
            position += 8;
        }

        public void Add(Guid? value)
        {
            Add(value is null ? (byte)0 : (byte)1);
            (value ?? Guid.Empty).TryWriteBytes(buffer[position..], bigEndian: true, out var written);
            position += written;
        }

        public void Add(string? value)
        {
            if (value is null)
            {
                Add(-1L);
                return;
            }

            var length = Encoding.UTF8.GetBytes(value, buffer[(position + 8)..]);
            Add((long)length);
            position += length;
        }
    }
}
