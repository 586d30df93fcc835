namespace AiCredits.Ledger;

/// <summary>A grant on the desk: the figures that a book changes, beside the facts that never change.</summary>
internal sealed class LiveGrant : IComparable<LiveGrant>
{
    private readonly Grant facts;

    public LiveGrant(Grant grant)
    {
        facts = grant;
        Available = grant.Available;
        Held = grant.Held;
        Spent = grant.Spent;
        Expired = grant.Expired;
        Revoked = grant.Revoked;
        TakenBack = grant.TakenBack;
        Pending = grant.Pending;
    }

    public long Id => facts.Id;

    public GrantKind Kind => facts.Kind;

    public Credits Available { get; set; }

    public Credits Held { get; set; }

    public Credits Spent { get; set; }

    public Credits Expired { get; set; }

    public Credits Revoked { get; set; }

    public Credits TakenBack { get; set; }

    public bool Pending { get; set; }

    /// <summary>Changed since the changes were last taken.</summary>
    public bool Dirty { get; set; }

    /// <summary>Changed by the command at hand.</summary>
    public bool Moved { get; set; }

    public Credits Amount => facts.Amount;

    public DateTime? EffectiveAt => facts.EffectiveAt;

    public DateTime? ExpiresAt => facts.ExpiresAt;

    public string? Reference => facts.Reference;

    public bool IsLive => Pending || !Available.IsZero || !Held.IsZero;

    /// <summary>What becomes available when its time comes.</summary>
    public Credits Scheduled => Pending ? Amount - Revoked : Credits.Zero;

    public int Priority => facts.Priority;

    public IReadOnlyList<string> Models => facts.Models;

    public bool Restricted => facts.Models.Count > 0;

    /// <summary>When the grant next needs attention; null when never.</summary>
    public DateTime? NextDue => Pending ? EffectiveAt : Available.IsZero ? null : ExpiresAt;

    public bool PaysFor(string model) => facts.Models.Count == 0 || facts.Models.Contains(model, StringComparer.Ordinal);

    public Grant ToGrant() => facts with
    {
        Available = Available,
        Held = Held,
        Spent = Spent,
        Expired = Expired,
        Revoked = Revoked,
        TakenBack = TakenBack,
        Pending = Pending,
    };

    /// <summary>Burn order: priority, then soonest expiry, then free before paid, then oldest.</summary>
    public int CompareTo(LiveGrant? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = facts.Priority.CompareTo(other.facts.Priority);
        if (order == 0)
        {
            order = (ExpiresAt ?? DateTime.MaxValue).CompareTo(other.ExpiresAt ?? DateTime.MaxValue);
        }

        if (order == 0)
        {
            order = facts.IsPaid.CompareTo(other.facts.IsPaid);
        }

        return order == 0 ? Id.CompareTo(other.Id) : order;
    }
}
