namespace AiCredits.Promotions;

/// <summary>Promo codes in this process's memory, lost when it ends.</summary>
internal sealed class MemoryPromoCodeStore(TimeProvider clock) : IPromoCodeStore
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, PromoCode> codes = new(StringComparer.Ordinal);
    private readonly Dictionary<(AccountId Account, string Code), List<PromoRedemption>> redemptions = [];

    public ValueTask<bool> AddAsync(PromoCode code, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        lock (gate)
        {
            return new(codes.TryAdd(code.Code, code));
        }
    }

    public ValueTask<PromoCode?> FindAsync(string code, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            return new(codes.GetValueOrDefault(code));
        }
    }

    public ValueTask<bool> RetireAsync(string code, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            if (codes.TryGetValue(code, out var found))
            {
                codes[code] = found with { Retired = true };
            }

            return new(found is not null);
        }
    }

    public ValueTask<IReadOnlyList<PromoCode>> ListAsync(string? after, int limit, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            return new([.. codes.Values.Where(code => after is null || string.CompareOrdinal(code.Code, after) > 0).Take(limit)]);
        }
    }

    public ValueTask<PromoReservation> ReserveAsync(string code, AccountId account, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var mine = redemptions.GetValueOrDefault((account, code));
            var found = codes.GetValueOrDefault(code);
            var decision = PromoDecision.Reserve(found, mine?[^1], account, UtcMicroseconds.Now(clock));
            if (decision is PromoReservation.Reserved { Redemption: var redemption } && redemption != mine?[^1])
            {
                (mine ?? (redemptions[(account, code)] = [])).Add(redemption);
                codes[code] = found! with { Redeemed = found.Redeemed + 1 };
            }

            return new(decision);
        }
    }

    public ValueTask CompleteAsync(PromoRedemption redemption, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(redemption);
        lock (gate)
        {
            var mine = redemptions[(redemption.Account, redemption.Code)];
            mine[redemption.Number - 1] = mine[redemption.Number - 1] with { GrantedAt = mine[redemption.Number - 1].GrantedAt ?? UtcMicroseconds.Now(clock) };
        }

        return default;
    }

    public ValueTask<IReadOnlyList<PromoRedemption>> GetUnfinishedAsync(int max, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            return new([.. redemptions.Values.SelectMany(all => all).Where(one => one.GrantedAt is null).OrderBy(one => one.At).Take(max)]);
        }
    }
}
