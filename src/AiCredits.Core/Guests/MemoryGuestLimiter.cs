using System.Security.Cryptography;
using AiCredits.Analytics;
using AiCredits.Ledger;

namespace AiCredits.Guests;

/// <summary>Guest windows in this process's memory: for trying out and for tests. One lock for all of them.</summary>
internal sealed class MemoryGuestLimiter(TimeProvider clock) : IGuestLimiter
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, GuestWindow> windows = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, (Generation Generation, DateTime LeaseUntil)> generations = [];
    private readonly Dictionary<string, GuestClaim> claims = new(StringComparer.Ordinal);
    private readonly byte[] hashKey = RandomNumberGenerator.GetBytes(32);

    public ValueTask<GuestHoldResult> HoldAsync(GuestHoldRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Guest.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            var now = UtcMicroseconds.Now(clock);
            var result = GuestDecision.Hold(WindowsOf(request.Guest), request, now);
            if (result is GuestHoldResult.Held { Replayed: false })
            {
                generations[request.GenerationId] = (GuestGeneration.Started(request, now), now + request.Lease);
            }

            return new ValueTask<GuestHoldResult>(result);
        }
    }

    public ValueTask<GuestUsage> SettleAsync(GuestSettleRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Guest.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate)
        {
            var now = UtcMicroseconds.Now(clock);
            var isKnown = generations.TryGetValue(request.GenerationId, out var running);
            if (isKnown && running.Generation.Status is GenerationStatus.Running or GenerationStatus.Expired)
            {
                generations[request.GenerationId] = (GuestGeneration.Ended(running.Generation, request, now), running.LeaseUntil);
            }

            return new ValueTask<GuestUsage>(GuestDecision.Settle(WindowsOf(request.Guest), request, isKnown ? running.Generation : null, now));
        }
    }

    public ValueTask<GuestUsage> GetUsageAsync(GuestIdentity guest, GuestWindowRule rule, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(guest);
        guest.Validate();
        lock (gate)
        {
            var now = UtcMicroseconds.Now(clock);
            var own = WindowsOf(guest);
            foreach (var window in own)
            {
                window.Advance(now, rule);
            }

            return new ValueTask<GuestUsage>(GuestDecision.Usage(own, rule));
        }
    }

    public ValueTask<bool> ClaimAsync(string guestId, AccountId account, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            if (claims.TryAdd(guestId, new GuestClaim(guestId, account, UtcMicroseconds.Now(clock))))
            {
                return new ValueTask<bool>(true);
            }

            return new ValueTask<bool>(claims[guestId].Account == account);
        }
    }

    public ValueTask<IReadOnlyList<Generation>> GetGenerationsAsync(string guestId, int limit, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            return new ValueTask<IReadOnlyList<Generation>>([.. generations.Values
                .Select(entry => entry.Generation)
                .Where(generation => generation.GuestId == guestId)
                .OrderByDescending(generation => generation.Id)
                .Take(limit)]);
        }
    }

    public ValueTask<ReadOnlyMemory<byte>> GetHashKeyAsync(CancellationToken cancellationToken = default) => new(hashKey);

    public ValueTask<int> CleanUpAsync(GuestWindowRule rule, int max, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var now = UtcMicroseconds.Now(clock);
            var removed = 0;
            foreach (var (key, window) in windows.ToArray())
            {
                window.Advance(now, rule);
                if (window.Uses.Count == 0 && removed < max)
                {
                    windows.Remove(key);
                    removed++;
                }
            }

            foreach (var (id, (generation, leaseUntil)) in generations.Where(entry => entry.Value.Generation.Status == GenerationStatus.Running && entry.Value.LeaseUntil <= now).Take(max).ToArray())
            {
                generations[id] = (generation with { Status = GenerationStatus.Expired, Outcome = GenerationOutcome.Unknown, EndedAt = leaseUntil }, leaseUntil);
            }

            return new ValueTask<int>(removed);
        }
    }

    internal Generation[] GenerationsClaimedBy(AccountId account)
    {
        lock (gate)
        {
            return [.. generations.Values.Select(entry => entry.Generation).Where(generation => generation.GuestId is { } guest && claims.TryGetValue(guest, out var owner) && owner.Account == account)];
        }
    }

    internal Generation[] AllGenerations()
    {
        lock (gate)
        {
            return [.. generations.Values.Select(entry => entry.Generation)];
        }
    }

    internal GuestClaim[] AllClaims()
    {
        lock (gate)
        {
            return [.. claims.Values];
        }
    }

    internal int ForgetPrompts(DateTime now, int max)
    {
        lock (gate)
        {
            var over = generations.Values.Where(entry => entry.Generation.Start.Prompt is not null && entry.Generation.Start.PromptExpiresAt <= now).Take(max).ToArray();
            foreach (var (generation, leaseUntil) in over)
            {
                generations[generation.Id] = (generation with { Start = generation.Start with { Prompt = null } }, leaseUntil);
            }

            return over.Length;
        }
    }

    private List<GuestWindow> WindowsOf(GuestIdentity guest)
    {
        var own = new List<GuestWindow>(guest.Subjects.Count);
        foreach (var subject in guest.Subjects)
        {
            // The limit may have been changed since; the uses stay.
            var window = windows.TryGetValue(subject.Key, out var known) ? new GuestWindow(subject, known.OpenedAt, known.Uses) : new GuestWindow(subject, null, []);
            windows[subject.Key] = window;
            own.Add(window);
        }

        return own;
    }
}
