using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AiCredits.Ledger;

/// <summary>
/// Tells a repeated request from another one under the same key: FNV-1a, 64 bits. It need not resist an attacker, who
/// could only make his own second request look like his own first. Stored, so the order of fields and their encoding
/// must never change.
/// </summary>
internal readonly struct RequestHash
{
    private const ulong Prime = 1_099_511_628_211;
    private readonly ulong value;

    public RequestHash(EntryKind kind) => value = new RequestHash(14_695_981_039_346_656_037UL).Add((long)kind).value;

    private RequestHash(ulong value) => this.value = value;

    public long Value => unchecked((long)value);

    public RequestHash Add(long field)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, field);
        return Mix(bytes);
    }

    public RequestHash Add(Credits field) => Add(field.Millionths);

    public RequestHash Add(DateTime? field) => Add(field is { } time ? UtcMicroseconds.From(time) : long.MinValue);

    public RequestHash Add(Guid field)
    {
        Span<byte> bytes = stackalloc byte[16];
        field.TryWriteBytes(bytes, bigEndian: true, out _);
        return Mix(bytes);
    }

    public RequestHash Add(string? field) => field is null
        ? Add(long.MinValue)
        : Add(field.Length).Mix(MemoryMarshal.AsBytes(field.AsSpan()));

    private RequestHash Mix(ReadOnlySpan<byte> bytes)
    {
        var hash = value;
        foreach (var one in bytes)
        {
            hash = unchecked((hash ^ one) * Prime);
        }

        return new RequestHash(hash);
    }
}
