using AiCredits.Ledger;

namespace AiCredits.Guests;

/// <summary>Decides over all windows of one guest together: a use is taken from every one of them or from none.</summary>
public static class GuestDecision
{
    /// <summary>Sets uses aside on every window, or says which limit is reached. Advances the windows first.</summary>
    public static GuestHoldResult Hold(IReadOnlyList<GuestWindow> windows, GuestHoldRequest request, DateTime now)
    {
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(request);
        var count = request.Generation.Count;
        if (count < 1)
        {
            throw new ArgumentException($"The generation takes {count} uses. Use 1 or more.");
        }

        foreach (var window in windows)
        {
            window.Advance(now, request.Rule);
        }

        if (windows.Any(window => window.Contains(request.GenerationId)))
        {
            return new GuestHoldResult.Held(Usage(windows, request.Rule), Replayed: true);
        }

        GuestUsage? reached = null;
        foreach (var window in windows)
        {
            var usage = window.Usage(request.Rule, count);
            if (usage.Used + count > usage.Limit && (reached is null || Resets(usage, count) > Resets(reached, count)))
            {
                reached = usage;
            }
        }

        if (reached is not null)
        {
            return new GuestHoldResult.LimitReached(reached);
        }

        foreach (var window in windows)
        {
            window.Hold(new GuestUse(request.GenerationId, count, now, UtcMicroseconds.Cut(now + request.Lease)));
        }

        return new GuestHoldResult.Held(Usage(windows, request.Rule), Replayed: false);
    }

    /// <summary>
    /// Keeps or gives back the uses of a generation on every window. Advances the windows first. One that delivered after
    /// its lease had ended counts all the same, over the limit if need be: or who is slow would be served for nothing.
    /// </summary>
    /// <param name="windows">The guest's windows.</param>
    /// <param name="request">The settlement.</param>
    /// <param name="record">The generation as it was recorded before; null when it is not.</param>
    /// <param name="now">The time (UTC).</param>
    public static GuestUsage Settle(IReadOnlyList<GuestWindow> windows, GuestSettleRequest request, Generation? record, DateTime now)
    {
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(request);
        foreach (var window in windows)
        {
            if (!window.Settle(request.GenerationId, request.Keep) && IsLate(request, record) && !window.Contains(request.GenerationId))
            {
                window.Hold(new GuestUse(request.GenerationId, record!.Start.Count, record.StartedAt, LeaseUntil: null));
            }

            window.Advance(now, request.Rule);
        }

        return Usage(windows, request.Rule);
    }

    /// <summary>True when a generation is kept for the first time, whose uses may have been given back with its lease.</summary>
    public static bool IsLate(GuestSettleRequest request, Generation? record)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Keep && record is { Status: GenerationStatus.Running or GenerationStatus.Expired };
    }

    /// <summary>What the guest has left by the window that is nearest to its limit; of equals the one that resets last. Advance the windows first.</summary>
    public static GuestUsage Usage(IReadOnlyList<GuestWindow> windows, GuestWindowRule rule)
    {
        ArgumentNullException.ThrowIfNull(windows);
        return windows.Select(window => window.Usage(rule)).OrderBy(usage => usage.Remaining).ThenByDescending(usage => Resets(usage, 1)).First();
    }

    // Never is later than any time.
    private static DateTime Resets(GuestUsage usage, int wanted) => wanted > usage.Limit ? DateTime.MaxValue : usage.ResetsAt ?? DateTime.MinValue;
}
