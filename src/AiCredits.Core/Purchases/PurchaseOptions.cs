namespace AiCredits.Purchases;

/// <summary>The settings of purchases.</summary>
public sealed class PurchaseOptions
{
    /// <summary>For how long after payment purchased credits can be spent. Default null: they never expire. Applies to purchases begun afterwards.</summary>
    public TimeSpan? CreditsExpireAfter { get; set; }

    /// <summary>False to leave the reconciliation with the provider to another instance. Default true.</summary>
    public bool ReconcileEnabled { get; set; } = true;

    /// <summary>How often purchases that are due for reconciliation are looked for. Default 1 minute.</summary>
    public TimeSpan ReconcileInterval { get; set; } = TimeSpan.FromMinutes(1);
}
