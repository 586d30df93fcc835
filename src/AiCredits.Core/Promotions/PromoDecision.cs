namespace AiCredits.Promotions;

/// <summary>Decides whether a code may be redeemed. Pure; every store asks it under a lock of the code's row, so that all agree.</summary>
public static class PromoDecision
{
    /// <param name="code">The code; null when there is none.</param>
    /// <param name="last">The account's last redemption of it; null when there is none.</param>
    /// <param name="account">Who redeems.</param>
    /// <param name="now">The time (UTC).</param>
    public static PromoReservation Reserve(PromoCode? code, PromoRedemption? last, AccountId account, DateTime now)
    {
        // What is counted already is carried through, whatever became of the code since.
        if (last is { GrantedAt: null })
        {
            return new PromoReservation.Reserved(last);
        }

        if (code is null)
        {
            return new PromoReservation.NotValid();
        }

        if (last is not null && last.Number >= code.MaxPerAccount)
        {
            return new PromoReservation.AlreadyRedeemed(last);
        }

        if (code.Retired || now < code.StartsAt || now >= code.EndsAt)
        {
            return new PromoReservation.NotValid();
        }

        return code.Redeemed >= code.MaxRedemptions
            ? new PromoReservation.UsedUp()
            : new PromoReservation.Reserved(new PromoRedemption(account, code.Code, (last?.Number ?? 0) + 1, code.Credits, now)
            {
                ExpiresAt = now + code.CreditsExpireAfter,
                Description = code.Description,
            });
    }
}
