namespace AiCredits.EntityFramework.Analytics;

/// <summary>What a row of ai_credits_analytics counts (count) and sums (amount). The numbers are stored: never renumber one.</summary>
internal enum AnalyticsMeasure
{
    /// <summary>Generations of accounts that ended, by model and outcome (detail).</summary>
    Generation = 1,

    /// <summary>Generations of guests that ended, by model and outcome (detail).</summary>
    GuestGeneration = 2,

    /// <summary>Generations that delivered, by model and bin of the sketch (detail); the amount is their time in microseconds.</summary>
    Duration = 3,

    /// <summary>What providers took, by model and currency (detail), in millionths.</summary>
    ProviderCost = 4,

    /// <summary>What the generations of <see cref="ProviderCost"/> were charged, by model and currency (detail).</summary>
    ProviderCostCharged = 5,

    /// <summary>Credits taken, by model and kind of grant (detail).</summary>
    Spent = 10,

    /// <summary>Credits of generations given back, by model and kind of grant (detail).</summary>
    Refunded = 11,

    /// <summary>Credits granted, by kind of grant (detail).</summary>
    Granted = 12,

    /// <summary>Credits expired.</summary>
    Expired = 13,

    /// <summary>Credits taken back, or used to pay off debt.</summary>
    Revoked = 14,

    /// <summary>Accounts opened.</summary>
    NewAccount = 20,

    /// <summary>Accounts that bought for the first time.</summary>
    FirstPurchase = 21,

    /// <summary>Accounts with a generation that ended; by day and longer.</summary>
    ActiveAccount = 22,

    /// <summary>The same by the start of the interval in which the account was opened (detail); by week and month.</summary>
    Retained = 23,

    /// <summary>Guests who generated for the first time.</summary>
    NewGuest = 24,
}
