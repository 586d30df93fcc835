namespace AiCredits.Ledger;

/// <summary>An account as it stands, with what is due already subtracted.</summary>
/// <param name="State">Its figures.</param>
/// <param name="LiveGrants">Grants with something available, held or pending, in burn order.</param>
public sealed record AccountOverview(AccountState State, IReadOnlyList<Grant> LiveGrants)
{
    /// <summary>The soonest time (UTC) at which credits that are available now expire; null for never.</summary>
    public DateTime? NextExpiry => LiveGrants.Where(grant => !grant.Available.IsZero).Min(grant => grant.ExpiresAt);

    /// <summary>What is available from grants of some kinds.</summary>
    public Credits AvailableOf(params ReadOnlySpan<GrantKind> kinds)
    {
        var sum = Credits.Zero;
        foreach (var grant in LiveGrants)
        {
            if (kinds.Contains(grant.Kind))
            {
                sum += grant.Available;
            }
        }

        return sum;
    }
}
