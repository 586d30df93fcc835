using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using AiCredits.Ledger;

namespace AiCredits.Integrity;

/// <summary>
/// Writes signed checkpoints of all chain heads to wherever the app keeps them (a file, object storage), and compares the
/// ledger with one. It is the only check that sees a restored backup, acknowledged entries that were lost, and a chain
/// that was rewritten as a whole: each looks right from inside the database.
/// </summary>
/// <remarks>
/// Thread-safe; may run beside the app. A checkpoint is UTF-8 text: a line of JSON that says what it is, one for each account
/// (<c>account</c>, <c>sequence</c>, <c>hash</c>), and one with the signature over the SHA-256 of all bytes before it.
/// Accounts go on while it is written, which does no harm: each line was true, and stays so.
/// </remarks>
public sealed class LedgerCheckpoints
{
    private const string Format = "aicredits-checkpoint/1";
    private const int PageSize = 1_000;

    // The longest account id, each character as six of JSON, beside the other members.
    private const int MaxLineLength = (AccountId.MaxLength * 6) + 512;

    private readonly ILedgerArchive archive;
    private readonly TimeProvider clock;

    /// <summary>Makes checkpoints of an archive.</summary>
    public LedgerCheckpoints(ILedgerArchive archive, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentNullException.ThrowIfNull(clock);
        this.archive = archive;
        this.clock = clock;
    }

    /// <summary>Writes a checkpoint of every account. It is complete only when this returns.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<CheckpointSummary> WriteAsync(Stream destination, CheckpointKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(key);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var at = UtcMicroseconds.Now(clock);
        await WriteLineAsync(new Opening(Format, at)).ConfigureAwait(false);
        long accounts = 0;
        long entries = 0;
        AccountId? after = null;
        while (true)
        {
            var heads = await archive.GetHeadsAsync(after, PageSize, cancellationToken).ConfigureAwait(false);
            foreach (var head in heads)
            {
                await WriteLineAsync(new Line(head.Account.Value, head.Sequence, Base64Url.EncodeToString(head.Hash.Span))).ConfigureAwait(false);
                accounts++;
                entries += head.Sequence;
                after = head.Account;
            }

            if (heads.Count < PageSize)
            {
                break;
            }
        }

        await WriteLineAsync(new Closing(accounts, entries)).ConfigureAwait(false);
        await WriteLineAsync(new Signed(key.Algorithm, Base64Url.EncodeToString(key.Sign(hash.GetHashAndReset())))).ConfigureAwait(false);
        await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
        return new CheckpointSummary(at, accounts, entries);

        async ValueTask WriteLineAsync<TLine>(TLine line)
        {
            byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line, JsonSerializerOptions.Web), (byte)'\n'];
            hash.AppendData(bytes);
            await destination.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Compares the ledger as it is now with a checkpoint: every entry that it names must be there, unchanged. What came later may follow.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<CheckpointReport> VerifyAsync(Stream checkpoint, CheckpointKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(key);
        var faults = new List<IntegrityFault>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Opening? opening = null;
        Closing? closing = null;
        long accounts = 0;
        long entries = 0;
        try
        {
            await foreach (var line in ReadLinesAsync(checkpoint, cancellationToken).ConfigureAwait(false))
            {
                if (opening is null)
                {
                    opening = Parse<Opening>(line);
                    if (opening is not { Format: Format })
                    {
                        return Unusable();
                    }
                }
                else if (closing is not null)
                {
                    var signed = Parse<Signed>(line);
                    var isValid = signed?.Signature is { } signature && signed.Algorithm == key.Algorithm && key.Verify(hash.GetHashAndReset(), Base64Url.DecodeFromChars(signature));
                    return isValid ? new CheckpointReport(new CheckpointSummary(opening.At, accounts, entries), true, faults) : Unusable();
                }
                else if (Parse<Line>(line) is { Account: { } account, Hash: { } expected } head)
                {
                    await CompareAsync(new AccountId(account), head.Sequence, Base64Url.DecodeFromChars(expected)).ConfigureAwait(false);
                    accounts++;
                    entries += head.Sequence;
                }
                else
                {
                    closing = Parse<Closing>(line);
                    if (closing is null || closing.Accounts != accounts || closing.Entries != entries)
                    {
                        return Unusable();
                    }
                }

                hash.AppendData(line);
            }
        }
        catch (Exception exception) when (exception is FormatException or JsonException or ArgumentException)
        {
            // Lines that are none of a checkpoint.
        }

        return Unusable();

        async ValueTask CompareAsync(AccountId account, long sequence, byte[] expected)
        {
            if (faults.Count >= IntegrityCheck.MaxFaults)
            {
                return;
            }

            var entry = await archive.FindEntryAsync(account, sequence, cancellationToken).ConfigureAwait(false);
            if (entry is null || !entry.Hash.Span.SequenceEqual(expected))
            {
                faults.Add(new IntegrityFault(account, IntegrityRule.Checkpoint, entry is null
                    ? $"entry {sequence}, which the checkpoint names, is gone"
                    : $"entry {sequence} is not the one that the checkpoint names"));
            }
        }
    }

    private static CheckpointReport Unusable() => new(null, SignatureIsValid: false, []);

    private static TLine? Parse<TLine>(byte[] line) => JsonSerializer.Deserialize<TLine>(line, JsonSerializerOptions.Web);

    // Each with its line break, since that is signed too.
    private static async IAsyncEnumerable<byte[]> ReadLinesAsync(Stream stream, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        var filled = 0;
        while (true)
        {
            var end = Array.IndexOf(buffer, (byte)'\n', 0, filled);
            if (end >= 0)
            {
                var line = buffer[..(end + 1)];
                filled -= line.Length;
                Buffer.BlockCopy(buffer, line.Length, buffer, 0, filled);
                yield return line;
                continue;
            }

            if (filled > MaxLineLength)
            {
                throw new FormatException("A line is too long.");
            }

            var read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                yield break;
            }

            filled += read;
        }
    }

    private sealed record Opening(string? Format, DateTime At);

    private sealed record Line(string? Account, long Sequence, string? Hash);

    private sealed record Closing(long Accounts, long Entries);

    private sealed record Signed(string? Algorithm, string? Signature);
}
