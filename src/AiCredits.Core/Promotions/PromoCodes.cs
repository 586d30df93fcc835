using AiCredits.Ledger;
using AiCredits.Sweeping;

namespace AiCredits.Promotions;

/// <summary>Promo codes: made, listed and retired by admins, redeemed by users.</summary>
/// <remarks>
/// Thread-safe; a singleton. A redemption is counted first and granted under a key of its own, so that a crash between the
/// two is carried through later and nothing is granted twice. Limit how often users may try: codes are short.
/// </remarks>
public sealed class PromoCodes
{
    private const int MaxPage = 1_000;
    private readonly IPromoCodeStore codes;
    private readonly ICreditStore ledger;
    private readonly TimeProvider clock;

    /// <summary>Makes the service.</summary>
    public PromoCodes(IPromoCodeStore codes, ICreditStore ledger, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(clock);
        this.codes = codes;
        this.ledger = ledger;
        this.clock = clock;
    }

    /// <summary>A code that is not taken and can't be guessed.</summary>
    public static string NewCode() => CodeText.Random();

    /// <summary>Makes a code; null when there is one of that name already. Its time of making and its count are set here.</summary>
    /// <param name="code">The code; its name may be in any case.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">It can't be kept; the message says why.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<PromoCode?> CreateAsync(PromoCode code, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        var made = code with
        {
            Code = CodeText.Normalize(code.Code) ?? throw new ArgumentException($"The promo code can't be used. Use {CodeText.Rule}."),
            CreatedAt = UtcMicroseconds.Now(clock),
            StartsAt = code.StartsAt is { Kind: DateTimeKind.Utc } start ? UtcMicroseconds.Cut(start) : code.StartsAt,
            EndsAt = code.EndsAt is { Kind: DateTimeKind.Utc } end ? UtcMicroseconds.Cut(end) : code.EndsAt,
            Redeemed = 0,
            Retired = false,
        };
        made.Validate();
        return await codes.AddAsync(made, cancellationToken).ConfigureAwait(false) ? made : null;
    }

    /// <summary>Retires a code for good; false when there is none. What was redeemed stays.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public ValueTask<bool> RetireAsync(string code, CancellationToken cancellationToken = default) =>
        CodeText.Normalize(code) is { } name ? codes.RetireAsync(name, cancellationToken) : new(false);

    /// <summary>A code; null when there is none.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public ValueTask<PromoCode?> FindAsync(string code, CancellationToken cancellationToken = default) =>
        CodeText.Normalize(code) is { } name ? codes.FindAsync(name, cancellationToken) : new((PromoCode?)null);

    /// <summary>Codes in the order of their names.</summary>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="limit">How many at the most, 1 to 1,000.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of range.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public ValueTask<IReadOnlyList<PromoCode>> ListAsync(string? after = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxPage);
        return codes.ListAsync(after, limit, cancellationToken);
    }

    /// <summary>Redeems a code for an account. Asking again after a failure carries the same redemption through.</summary>
    /// <param name="account">The account.</param>
    /// <param name="code">What was typed, whatever it is.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="LedgerUnavailableException">The store can't be reached; try again.</exception>
    public async ValueTask<RedeemResult> RedeemAsync(AccountId account, string? code, CancellationToken cancellationToken = default)
    {
        if (CodeText.Normalize(code) is not { } name)
        {
            return new RedeemResult.NotValid();
        }

        switch (await codes.ReserveAsync(name, account, cancellationToken).ConfigureAwait(false))
        {
            case PromoReservation.Reserved reserved:
                await FinishAsync(reserved.Redemption, cancellationToken).ConfigureAwait(false);
                return new RedeemResult.Redeemed(reserved.Redemption);
            case PromoReservation.AlreadyRedeemed redeemed:
                return new RedeemResult.AlreadyRedeemed(redeemed.Last);
            case PromoReservation.UsedUp:
                return new RedeemResult.UsedUp();
            default:
                return new RedeemResult.NotValid();
        }
    }

    /// <summary>Carries through what a crash left counted but not granted, and says how many.</summary>
    internal async ValueTask<int> HealAsync(int max, CancellationToken cancellationToken)
    {
        var unfinished = await codes.GetUnfinishedAsync(max, cancellationToken).ConfigureAwait(false);
        return await SweepItems.FinishAsync(unfinished, redemption => FinishAsync(redemption, cancellationToken)).ConfigureAwait(false);
    }

    private async ValueTask FinishAsync(PromoRedemption redemption, CancellationToken cancellationToken)
    {
        var result = await ledger.ExecuteAsync(
            new GrantCommand(redemption.Account, GrantKind.Promotion, redemption.Credits)
            {
                Key = redemption.Key,
                ExpiresAt = redemption.ExpiresAt,
                Description = redemption.Description ?? $"Code {redemption.Code}",
                Reference = redemption.Code,
            },
            cancellationToken).ConfigureAwait(false);
        if (result is GrantResult.KeyConflict)
        {
            throw new InvalidOperationException($"The key {redemption.Key} of account '{redemption.Account}' belongs to another command. Keys that start with promo: are for promo codes.");
        }

        await codes.CompleteAsync(redemption, cancellationToken).ConfigureAwait(false);
    }
}
