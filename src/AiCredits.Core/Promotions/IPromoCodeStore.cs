namespace AiCredits.Promotions;

/// <summary>Where promo codes and their redemptions are kept.</summary>
/// <remarks>Thread-safe; on any number of instances no limit of a code is ever exceeded. An outage is a <see cref="Ledger.LedgerUnavailableException"/>. Codes are given in capitals.</remarks>
public interface IPromoCodeStore
{
    /// <summary>Adds a code; false when there is one of that name, retired or not.</summary>
    ValueTask<bool> AddAsync(PromoCode code, CancellationToken cancellationToken = default);

    /// <summary>A code; null when there is none.</summary>
    ValueTask<PromoCode?> FindAsync(string code, CancellationToken cancellationToken = default);

    /// <summary>Retires a code for good; false when there is none. Doing it again changes nothing.</summary>
    ValueTask<bool> RetireAsync(string code, CancellationToken cancellationToken = default);

    /// <summary>Codes in the order of their names.</summary>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    ValueTask<IReadOnlyList<PromoCode>> ListAsync(string? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Counts a redemption, if the limits allow it, before its credits are granted.</summary>
    ValueTask<PromoReservation> ReserveAsync(string code, AccountId account, CancellationToken cancellationToken = default);

    /// <summary>Notes that the credits of a redemption are granted. Doing it again changes nothing.</summary>
    ValueTask CompleteAsync(PromoRedemption redemption, CancellationToken cancellationToken = default);

    /// <summary>Redemptions that are counted but not finished, oldest first.</summary>
    ValueTask<IReadOnlyList<PromoRedemption>> GetUnfinishedAsync(int max, CancellationToken cancellationToken = default);
}
