using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>Visits to the simulated portal: who has the address of one sees what its customer has bought, for an hour.</summary>
internal sealed class SimulatedPortal(SimulatedBooks books, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<string, Visit> visits = new(StringComparer.Ordinal);

    public bool IsCustomer(string customerId) => books.Checkouts.All.Any(one => one.CustomerId == customerId) || books.Subscriptions.All.Any(one => one.CustomerId == customerId);

    /// <summary>Begins a visit and says its id.</summary>
    public string Open(string customerId, Uri returnUrl)
    {
        var now = UtcMicroseconds.Now(clock);
        foreach (var (old, _) in visits.Where(visit => visit.Value.EndsAt <= now))
        {
            visits.TryRemove(old, out _);
        }

        var id = $"sim_bps_{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        visits[id] = new Visit(customerId, returnUrl, now + Lifetime);
        return id;
    }

    /// <summary>The page of a visit; null when there is none, or not any more.</summary>
    public string? Render(string id, SimulatedLinks links)
    {
        var now = UtcMicroseconds.Now(clock);
        return visits.TryGetValue(id, out var visit) && visit.EndsAt > now
            ? SimulatedPortalPage.Render(
                [.. books.Subscriptions.All.Where(one => one.CustomerId == visit.CustomerId).Select(one => SimulatedSubscriptionRules.Pass(one, now)).OrderByDescending(one => one.Request.SubscriptionId)],
                [.. books.Checkouts.All.Where(one => one.CustomerId == visit.CustomerId).Select(one => SimulatedRules.Pass(one, now)).OrderByDescending(one => one.Request.PurchaseId)],
                links,
                visit.ReturnUrl)
            : null;
    }

    private sealed record Visit(string CustomerId, Uri ReturnUrl, DateTime EndsAt);
}
