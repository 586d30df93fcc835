namespace AiCredits.Idempotency;

/// <summary>Answers in this process's memory: for trying out and for tests.</summary>
internal sealed class MemoryResponseStore(TimeProvider clock) : IResponseStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<(AccountId Account, string Key), Kept> responses = [];

    public ValueTask<ResponseClaim> ClaimAsync(AccountId account, string key, ReadOnlyMemory<byte> requestHash, TimeSpan lease, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var now = UtcMicroseconds.Now(clock);
            if (responses.TryGetValue((account, key), out var kept) && kept.Until > now)
            {
                return new ValueTask<ResponseClaim>(
                    !kept.RequestHash.Span.SequenceEqual(requestHash.Span) ? new ResponseClaim.Conflict()
                    : kept.Response is { } response ? new ResponseClaim.Answered(response)
                    : new ResponseClaim.Running());
            }

            responses[(account, key)] = new Kept(requestHash.ToArray(), now + lease, null);
            return new ValueTask<ResponseClaim>(new ResponseClaim.First());
        }
    }

    public ValueTask CompleteAsync(AccountId account, string key, StoredResponse response, TimeSpan keepFor, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            if (responses.TryGetValue((account, key), out var kept))
            {
                responses[(account, key)] = kept with { Until = UtcMicroseconds.Now(clock) + keepFor, Response = response };
            }
        }

        return default;
    }

    public ValueTask AbandonAsync(AccountId account, string key, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            responses.Remove((account, key));
        }

        return default;
    }

    public ValueTask<int> CleanUpAsync(int max, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var now = UtcMicroseconds.Now(clock);
            var over = responses.Where(response => response.Value.Until <= now).Select(response => response.Key).Take(max).ToArray();
            foreach (var key in over)
            {
                responses.Remove(key);
            }

            return new ValueTask<int>(over.Length);
        }
    }

    private sealed record Kept(ReadOnlyMemory<byte> RequestHash, DateTime Until, StoredResponse? Response);
}
