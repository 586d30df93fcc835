namespace AiCredits.Promotions;

/// <summary>The answer to a wish to redeem a promo code.</summary>
public abstract record PromoReservation
{
    private PromoReservation()
    {
    }

    /// <summary>It is counted: grant its credits, then complete it. Also the answer when an earlier one of the account was not finished.</summary>
    /// <param name="Redemption">The redemption.</param>
    public sealed record Reserved(PromoRedemption Redemption) : PromoReservation;

    /// <summary>The account has redeemed the code as often as it may.</summary>
    /// <param name="Last">Its last redemption.</param>
    public sealed record AlreadyRedeemed(PromoRedemption Last) : PromoReservation;

    /// <summary>The code has been redeemed as often as it may in all.</summary>
    public sealed record UsedUp : PromoReservation;

    /// <summary>There is no such code, or it is not in force now.</summary>
    public sealed record NotValid : PromoReservation;
}
