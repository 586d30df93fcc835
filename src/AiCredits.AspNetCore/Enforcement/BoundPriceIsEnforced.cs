namespace AiCredits.AspNetCore.Enforcement;

/// <summary>Marks endpoints on which a filter enforces the bound price, for the check at start-up.</summary>
internal sealed class BoundPriceIsEnforced
{
    public static readonly BoundPriceIsEnforced Instance = new();
}
