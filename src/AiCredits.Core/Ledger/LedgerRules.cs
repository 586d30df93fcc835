namespace AiCredits.Ledger;

/// <summary>Settings that the kernel needs to know.</summary>
/// <param name="LowBalance">An account that owns less is told to be low; zero for never.</param>
public sealed record LedgerRules(Credits LowBalance)
{
    /// <summary>No account is ever low.</summary>
    public static readonly LedgerRules None = new(Credits.Zero);
}
