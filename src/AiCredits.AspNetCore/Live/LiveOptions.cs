using System.Globalization;

namespace AiCredits.AspNetCore.Live;

/// <summary>Settings of <c>GET /credits/events</c>, which tells pages of changes as they happen; bound from <c>AiCredits:Http:Live</c>.</summary>
public sealed class LiveOptions
{
    /// <summary>False answers 404: pages then ask when they are looked at again. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How often a stream looks for changes that other instances have made; those of its own it is told at once. Default 5 seconds.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>After how long without a change something is sent all the same, so that proxies keep the connection. Default 15 seconds.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>After how long a stream ends, so that whoever has signed out is noticed; pages open the next one by themselves. Default 10 minutes.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many streams one user or guest may have at once on this instance. Default 10; only pages that are seen have one.</summary>
    public int StreamsPerCaller { get; set; } = 10;

    /// <summary>How many streams this instance keeps at once. Default 10000.</summary>
    public int MaxStreams { get; set; } = 10_000;

    internal IEnumerable<string> Faults()
    {
        foreach (var (name, value, least) in new[] { (nameof(PollInterval), PollInterval, 1), (nameof(Heartbeat), Heartbeat, 1), (nameof(MaxAge), MaxAge, 10) })
        {
            if (value < TimeSpan.FromSeconds(least) || value > TimeSpan.FromDays(1))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"AIC1162: AiCredits:Http:Live:{name} is {value}. Use {least} seconds to a day.");
            }
        }

        if (StreamsPerCaller < 1 || MaxStreams < StreamsPerCaller)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"AIC1163: AiCredits:Http:Live:StreamsPerCaller is {StreamsPerCaller} of MaxStreams {MaxStreams}. Use 1 or more for a caller, and no more than for all.");
        }
    }
}
