using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Live;

/// <summary>Counts the open streams, so that neither one caller nor all together hold more connections than allowed. Thread-safe.</summary>
internal sealed class LiveStreams(IOptions<AiCreditsHttpOptions> options)
{
    private readonly LiveOptions settings = options.Value.Live;
    private readonly ConcurrentDictionary<string, int> open = new(StringComparer.Ordinal);
    private int all;

    public int Count => Volatile.Read(ref all);

    /// <summary>A place for one more stream, given back when disposed of; null when there is none.</summary>
    public IDisposable? TryOpen(string caller)
    {
        if (Interlocked.Increment(ref all) > settings.MaxStreams)
        {
            Interlocked.Decrement(ref all);
            return null;
        }

        if (open.AddOrUpdate(caller, 1, static (_, count) => count + 1) > settings.StreamsPerCaller)
        {
            Close(caller);
            return null;
        }

        return new Place(this, caller);
    }

    private void Close(string caller)
    {
        Interlocked.Decrement(ref all);
        while (open.TryGetValue(caller, out var count))
        {
            if (count == 1 ? open.TryRemove(KeyValuePair.Create(caller, 1)) : open.TryUpdate(caller, count - 1, count))
            {
                return;
            }
        }
    }

    private sealed class Place(LiveStreams streams, string caller) : IDisposable
    {
        private int disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref disposed, 1) == 0)
            {
                streams.Close(caller);
            }
        }
    }
}
