using System.Globalization;
using AiCredits.Ledger;
using AiCredits.Promotions;
using AiCredits.Sweeping;
using Microsoft.Extensions.Options;

namespace AiCredits.Referrals;

/// <summary>
/// Referrals: an account gives its code to others, and both sides get credits when such an account's first purchase is
/// delivered. They are taken back when that purchase is refunded in full soon after, if the settings say so.
/// </summary>
/// <remarks>
/// Thread-safe; a singleton. What is owed is written down first and granted under keys of its own, so that a crash in
/// between is carried through later and nothing is granted or taken twice.
/// </remarks>
public sealed class ReferralProgramme
{
    private const int Attempts = 10;
    private readonly IReferralStore accounts;
    private readonly ICreditStore ledger;
    private readonly IOptionsMonitor<AiCreditsOptions> options;
    private readonly TimeProvider clock;

    /// <summary>Makes the service.</summary>
    public ReferralProgramme(IReferralStore accounts, ICreditStore ledger, IOptionsMonitor<AiCreditsOptions> options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        this.accounts = accounts;
        this.ledger = ledger;
        this.options = options;
        this.clock = clock;
    }

    private ReferralOptions Settings => options.CurrentValue.Referrals;

    /// <summary>The account's code, made when it first asks; null when referrals are off.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<string?> GetCodeAsync(AccountId account, CancellationToken cancellationToken = default)
    {
        if (!Settings.Enabled)
        {
            return null;
        }

        // A code that is taken already makes the save fail as well, and the next attempt makes another one.
        var saved = await ChangeAsync(account, found => found.Code is null ? found with { Code = CodeText.Random() } : found, cancellationToken).ConfigureAwait(false);
        return saved.Code;
    }

    /// <summary>How many accounts it has brought.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public ValueTask<ReferralCounts> CountAsync(AccountId account, CancellationToken cancellationToken = default) => accounts.CountAsync(account, cancellationToken);

    /// <summary>Attaches a new account to the one whose code it gives; call it at sign-up. Once for ever, never to itself, never in a ring.</summary>
    /// <param name="account">The new account.</param>
    /// <param name="code">What was typed or came with a link, whatever it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LedgerUnavailableException">The store can't be reached; try again.</exception>
    public async ValueTask<AttachResult> AttachAsync(AccountId account, string? code, CancellationToken cancellationToken = default)
    {
        if (!Settings.Enabled || CodeText.Normalize(code) is not { } name || await accounts.FindByCodeAsync(name, cancellationToken).ConfigureAwait(false) is not { } referrer)
        {
            return AttachResult.NotValid;
        }

        if (referrer.Account == account)
        {
            return AttachResult.OwnCode;
        }

        var before = await accounts.FindAsync(account, cancellationToken).ConfigureAwait(false);
        if (Refusal(before, referrer.Account) is { } refusal)
        {
            return refusal;
        }

        // The referrer first: from here on it can't be attached to anybody. So in a ring each account would have to be
        // attached before the one that is attached to it, all around, which can't be, whatever runs at the same time.
        await ChangeAsync(referrer.Account, found => found.HasReferred ? found : found with { HasReferred = true }, cancellationToken).ConfigureAwait(false);
        var result = AttachResult.Attached;
        await ChangeAsync(
            account,
            found =>
            {
                var refused = Refusal(found, referrer.Account);
                result = refused ?? AttachResult.Attached;
                return refused is null ? found with { Referrer = referrer.Account, AttachedAt = UtcMicroseconds.Now(clock), State = ReferralState.Attached } : found;
            },
            cancellationToken).ConfigureAwait(false);
        return result;
    }

    /// <summary>Told that a purchase was delivered. Only the first one counts; telling it again changes nothing.</summary>
    internal async ValueTask PurchaseDeliveredAsync(AccountId buyer, Guid purchaseId, DateTime deliveredAt, CancellationToken cancellationToken)
    {
        if (!Settings.Enabled)
        {
            return;
        }

        var changed = await ChangeAsync(
            buyer,
            found => found.State switch
            {
                ReferralState.Attached => found with
                {
                    State = ReferralState.Paying,
                    PurchaseId = purchaseId,
                    EarnedAt = deliveredAt,
                    ReferrerCredits = Settings.ReferrerCredits,
                    ReferredCredits = Settings.ReferredCredits,
                    CreditsExpireAt = deliveredAt + Settings.CreditsExpireAfter,
                },
                ReferralState.None => found with { State = ReferralState.Closed },
                _ => found,
            },
            cancellationToken).ConfigureAwait(false);
        await FinishAsync(changed, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Told that a purchase was refunded in full. Telling it again changes nothing.</summary>
    internal async ValueTask PurchaseRefundedAsync(AccountId buyer, Guid purchaseId, DateTime refundedAt, CancellationToken cancellationToken)
    {
        if (Settings.TakeBackWithin is not { } within || await accounts.FindAsync(buyer, cancellationToken).ConfigureAwait(false) is null)
        {
            return;
        }

        var changed = await ChangeAsync(
            buyer,
            found => found.State is ReferralState.Paying or ReferralState.Paid && found.PurchaseId == purchaseId && refundedAt - found.EarnedAt <= within
                ? found with { State = ReferralState.TakingBack }
                : found,
            cancellationToken).ConfigureAwait(false);
        await FinishAsync(changed, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Carries through what a crash left half-way, and says how many.</summary>
    internal async ValueTask<int> HealAsync(int max, CancellationToken cancellationToken)
    {
        var unfinished = await accounts.GetUnfinishedAsync(max, cancellationToken).ConfigureAwait(false);
        return await SweepItems.FinishAsync(unfinished, account => FinishAsync(account, cancellationToken)).ConfigureAwait(false);
    }

    private static AttachResult? Refusal(ReferralAccount? account, AccountId referrer) => account switch
    {
        null => null,
        { State: ReferralState.Closed } => AttachResult.NotNew,
        { Referrer: { } other } => other == referrer ? AttachResult.Attached : AttachResult.AlreadyAttached,
        { HasReferred: true } => AttachResult.NotNew,
        _ => null,
    };

    private async ValueTask FinishAsync(ReferralAccount referred, CancellationToken cancellationToken)
    {
        if (referred.State is not (ReferralState.Paying or ReferralState.TakingBack))
        {
            return;
        }

        // Also before taking back: the grants may not have been made yet, and making them again only tells their ids.
        var sides = new[]
        {
            (Account: referred.Referrer!.Value, Credits: referred.ReferrerCredits, Text: "Referral"),
            (Account: referred.Account, Credits: referred.ReferredCredits, Text: "Bonus for being referred"),
        };
        foreach (var side in sides.Where(side => !side.Credits.IsZero))
        {
            var grant = await GrantAsync(referred, side.Account, side.Credits, side.Text, cancellationToken).ConfigureAwait(false);
            if (referred.State == ReferralState.TakingBack && grant is { } id)
            {
                await ledger.ExecuteAsync(
                    new RevokeCommand(side.Account, id, Amount: null)
                    {
                        Key = KeyOf(referred, "back"),
                        ToDebt = true,
                        Description = "The purchase of a referral was refunded",
                        Reference = referred.PurchaseId?.ToString(),
                    },
                    cancellationToken).ConfigureAwait(false);
            }
        }

        var done = referred.State == ReferralState.Paying ? ReferralState.Paid : ReferralState.TakenBack;
        await ChangeAsync(referred.Account, found => found.State == referred.State ? found with { State = done } : found, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<long?> GrantAsync(ReferralAccount referred, AccountId to, Credits amount, string text, CancellationToken cancellationToken)
    {
        var result = await ledger.ExecuteAsync(
            new GrantCommand(to, GrantKind.Promotion, amount)
            {
                Key = KeyOf(referred, "paid"),
                ExpiresAt = referred.CreditsExpireAt,
                Description = text,
                Reference = referred.PurchaseId?.ToString(),
            },
            cancellationToken).ConfigureAwait(false);
        return result is GrantResult.Granted granted ? granted.GrantId : null;
    }

    // Both sides have the same key, each in its own account. An account id can be too long for a key with something before
    // it, so the purchase stands for it: it earns one referral.
    private static string KeyOf(ReferralAccount referred, string act) => string.Create(CultureInfo.InvariantCulture, $"referral:{referred.PurchaseId:N}:{act}");

    /// <summary>Changes an account as it is now; <paramref name="change"/> may be asked several times, and returns its argument to change nothing.</summary>
    private async ValueTask<ReferralAccount> ChangeAsync(AccountId account, Func<ReferralAccount, ReferralAccount> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var found = await accounts.FindAsync(account, cancellationToken).ConfigureAwait(false) ?? new ReferralAccount(account);
            var changed = change(found);
            if (changed == found)
            {
                return found;
            }

            if (await accounts.SaveAsync(changed, cancellationToken).ConfigureAwait(false))
            {
                return changed with { Version = changed.Version + 1 };
            }
        }

        throw new LedgerUnavailableException($"The referral of an account was changed {Attempts} times while it was to be saved. Try again.");
    }
}
