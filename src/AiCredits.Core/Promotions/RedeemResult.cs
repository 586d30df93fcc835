namespace AiCredits.Promotions;

/// <summary>The answer to <see cref="PromoCodes.RedeemAsync"/>.</summary>
public abstract record RedeemResult
{
    private RedeemResult()
    {
    }

    /// <summary>The credits are granted.</summary>
    /// <param name="Redemption">The redemption.</param>
    public sealed record Redeemed(PromoRedemption Redemption) : RedeemResult;

    /// <summary>The account has redeemed the code as often as it may; nothing changed.</summary>
    /// <param name="Last">Its last redemption.</param>
    public sealed record AlreadyRedeemed(PromoRedemption Last) : RedeemResult;

    /// <summary>The code has been redeemed as often as it may in all; nothing changed.</summary>
    public sealed record UsedUp : RedeemResult;

    /// <summary>There is no such code, or it is not in force now, or can be none. Which of them is not told, so that nobody finds codes by trying.</summary>
    public sealed record NotValid : RedeemResult;
}
