using AiCredits.Events;

namespace AiCredits.TopUps;

/// <summary>Top-ups in this process's memory, lost when it ends.</summary>
internal sealed class MemoryTopUpStore(MemoryOutbox outbox) : ITopUpStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<AccountId, TopUp> topUps = [];

    public ValueTask<bool> SaveAsync(TopUp topUp, IReadOnlyList<CreditEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topUp);
        ArgumentNullException.ThrowIfNull(events);
        lock (gate)
        {
            if ((topUps.GetValueOrDefault(topUp.Account)?.Version ?? 0) != topUp.Version)
            {
                return new(false);
            }

            topUps[topUp.Account] = topUp with { Version = topUp.Version + 1 };
            outbox.Add(events);
            return new(true);
        }
    }

    public ValueTask<TopUp?> FindAsync(AccountId account, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            return new(topUps.GetValueOrDefault(account));
        }
    }

    public ValueTask<IReadOnlyList<TopUp>> ListDueAsync(DateTime now, int max, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            return new([.. topUps.Values.Where(one => one.DueAt <= now).OrderBy(one => one.DueAt).Take(max)]);
        }
    }
}
