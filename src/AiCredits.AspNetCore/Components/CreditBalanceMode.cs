namespace AiCredits.AspNetCore.Components;

/// <summary>How much <c>&lt;credit-balance&gt;</c> shows.</summary>
public enum CreditBalanceMode
{
    /// <summary>One line, for headers.</summary>
    Compact,

    /// <summary>A card, for dashboards.</summary>
    Full,
}
