using AiCredits.Events;
using AiCredits.Ledger;
using AiCredits.Packs;
using AiCredits.Payments;
using AiCredits.Purchases;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.TopUps;

/// <summary>
/// Buys a pack when a balance falls below its threshold, for owners who have agreed to it. One purchase at a time, so many
/// in a month at the most; it backs off after a decline and never charges twice for what it doesn't know the outcome of.
/// </summary>
/// <remarks>Thread-safe; any number of instances may look at the same account at once. The purchase is kept before the card is charged, and is delivered as every other one.</remarks>
public sealed partial class TopUpDesk
{
    private const int Attempts = 20;
    private const int MaxDeclines = 3;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromHours(23);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);
    private readonly ITopUpProvider provider;
    private readonly ITopUpStore topUps;
    private readonly IPurchaseStore purchases;
    private readonly PurchaseDesk desk;
    private readonly ICreditStore ledger;
    private readonly IPackCatalog packs;
    private readonly IPurchasePolicy policy;
    private readonly IOptionsMonitor<AiCreditsOptions> options;
    private readonly TimeProvider clock;
    private readonly ILogger<TopUpDesk> logger;

    internal TopUpDesk(
        ITopUpProvider provider,
        ITopUpStore topUps,
        IPurchaseStore purchases,
        PurchaseDesk desk,
        ICreditStore ledger,
        IPackCatalog packs,
        IPurchasePolicy policy,
        IOptionsMonitor<AiCreditsOptions> options,
        TimeProvider clock,
        ILogger<TopUpDesk> logger)
    {
        this.provider = provider;
        this.topUps = topUps;
        this.purchases = purchases;
        this.desk = desk;
        this.ledger = ledger;
        this.packs = packs;
        this.policy = policy;
        this.options = options;
        this.clock = clock;
        this.logger = logger;
    }

    private DateTime Now => UtcMicroseconds.Now(clock);

    /// <summary>The account's top-up; null when it never had one.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public ValueTask<TopUp?> FindAsync(AccountId account, CancellationToken cancellationToken = default) => topUps.FindAsync(account, cancellationToken);

    /// <summary>Turns the top-up on, or changes it: the owner agrees now. What was wrong before is forgotten. Nothing is bought before a card is saved.</summary>
    /// <exception cref="ArgumentException">The order can't be kept; the message says why.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public ValueTask<TopUp> TurnOnAsync(AccountId account, TopUpOrder order, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        Text.EnsureIdentifier(order.ConsentText, 100, "version of the text that was agreed to");
        if (packs.Packs.All(pack => pack.Id != order.PackId))
        {
            throw new ArgumentException($"There is no pack '{order.PackId}'. Use one of {string.Join(", ", packs.Packs.Select(pack => pack.Id))}.");
        }

        if (order.Threshold.Millionths is <= 0 or > LedgerCommand.MaxAmountMillionths || order.MaxPerMonth is < 1 or > 100)
        {
            throw new ArgumentException("The threshold must be above 0, and the most purchases in a month 1 to 100.");
        }

        return ChangeAsync(
            account,
            topUp => topUp with
            {
                Enabled = true,
                PackId = order.PackId,
                Threshold = order.Threshold,
                MaxPerMonth = order.MaxPerMonth,
                ConsentAt = Now,
                ConsentText = order.ConsentText,
                Declines = 0,
                NotBefore = null,
                Fault = topUp.Attempt is null ? null : topUp.Fault,
                DueAt = Now,
            },
            cancellationToken);
    }

    /// <summary>Turns the top-up off. A purchase under way is still carried through.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public ValueTask<TopUp> TurnOffAsync(AccountId account, CancellationToken cancellationToken = default) =>
        ChangeAsync(account, topUp => topUp.Enabled ? topUp with { Enabled = false, ConsentAt = null, ConsentText = null } : topUp, cancellationToken);

    /// <summary>Opens the page on which the owner saves a card.</summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<Uri> SetUpCardAsync(AccountId account, Uri successUrl, Uri cancelUrl, string? email, CancellationToken cancellationToken = default)
    {
        var customer = await purchases.FindCustomerAsync(account, provider.Name, cancellationToken).ConfigureAwait(false);
        var id = Guid.CreateVersion7(new DateTimeOffset(Now));
        var request = new CardSetupRequest($"{id:N}", options.CurrentValue.Currency, successUrl, cancelUrl) { CustomerId = customer, Email = email };
        var session = await provider.CreateCardSetupAsync(request, cancellationToken).ConfigureAwait(false);
        await ChangeAsync(account, topUp => topUp with { SetupId = session.Id, Provider = provider.Name }, cancellationToken).ConfigureAwait(false);
        return session.Url;
    }

    /// <summary>Takes over the card that was saved on the page, if one was.</summary>
    /// <exception cref="PaymentProviderException">The provider can't be reached, or refuses.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<TopUp?> ConfirmCardAsync(AccountId account, CancellationToken cancellationToken = default)
    {
        var topUp = await topUps.FindAsync(account, cancellationToken).ConfigureAwait(false);
        if (topUp is not { SetupId: { } setupId } || topUp.Provider != provider.Name || await provider.FindCardAsync(setupId, cancellationToken).ConfigureAwait(false) is not { } card)
        {
            return topUp;
        }

        return await ChangeAsync(
            account,
            found => found.SetupId == setupId
                ? found with { SetupId = null, Card = card, Declines = 0, NotBefore = null, Fault = found.Fault == TopUpFault.OutcomeUnknown ? found.Fault : null, DueAt = Now }
                : found,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Buys, if the balance is below the threshold and nothing speaks against it, and carries through what is under way.</summary>
    /// <exception cref="LedgerUnavailableException">The ledger or the store can't be reached; what was begun goes on with the next call.</exception>
    public async ValueTask CheckAsync(AccountId account, CancellationToken cancellationToken = default)
    {
        if (await topUps.FindAsync(account, cancellationToken).ConfigureAwait(false) is not { } topUp)
        {
            return;
        }

        if (topUp.Attempt is null)
        {
            var begun = await BeginAsync(topUp, cancellationToken).ConfigureAwait(false);
            if (begun != topUp && !await SaveAsync(topUp, begun, cancellationToken).ConfigureAwait(false))
            {
                // Somebody else looks at it right now.
                return;
            }

            topUp = begun with { Version = begun == topUp ? topUp.Version : topUp.Version + 1 };
        }
        else if (topUp.Attempt.LeaseUntil > Now)
        {
            return;
        }
        else
        {
            var leased = topUp with { Attempt = topUp.Attempt with { LeaseUntil = Now + Lease }, DueAt = Now + Lease };
            if (!await SaveAsync(topUp, leased, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            topUp = leased with { Version = leased.Version + 1 };
        }

        if (topUp.Attempt is not null)
        {
            await CarryThroughAsync(topUp, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Looks at everything that is due, and says at how many.</summary>
    internal async ValueTask<int> SweepAsync(int max, CancellationToken cancellationToken)
    {
        var due = await topUps.ListDueAsync(Now, max, cancellationToken).ConfigureAwait(false);
        foreach (var topUp in due)
        {
            try
            {
                await CheckAsync(topUp.Account, cancellationToken).ConfigureAwait(false);
            }
            catch (LedgerInvariantException exception)
            {
                // The others must not wait for one that doesn't add up.
                Contradiction(topUp.Account.Value, exception);
                await ChangeAsync(topUp.Account, found => found with { DueAt = Now.AddHours(1) }, cancellationToken).ConfigureAwait(false);
            }
        }

        return due.Count;
    }

    private async ValueTask<bool> SaveAsync(TopUp before, TopUp after, CancellationToken cancellationToken)
    {
        var reason = before.Fault is not null ? null : after.Fault switch
        {
            TopUpFault.PackGone => "The pack is no longer sold.",
            TopUpFault.PaymentReturned => "A purchase was refunded or disputed.",
            _ => null,
        };
        IReadOnlyList<CreditEvent> events = reason is null
            ? []
            : [new CreditEvent.TopUpFailed(after.Account, EventSequence.Of(Guid.CreateVersion7(new DateTimeOffset(Now)), 1), Now, Guid.Empty, after.PackId, reason) { NeedsOwner = true }];
        return await topUps.SaveAsync(after, events, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<TopUp> ChangeAsync(AccountId account, Func<TopUp, TopUp> change, CancellationToken cancellationToken, params CreditEvent[] events)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var found = await topUps.FindAsync(account, cancellationToken).ConfigureAwait(false) ?? new TopUp(account);
            var changed = change(found);
            if (changed == found)
            {
                return found;
            }

            if (await topUps.SaveAsync(changed, events, cancellationToken).ConfigureAwait(false))
            {
                return changed with { Version = changed.Version + 1 };
            }
        }

        throw Busy();
    }

    private static LedgerUnavailableException Busy() => new($"A top-up was changed {Attempts} times while it was to be saved. Try again.");

    [LoggerMessage(1072, LogLevel.Critical, "The ledger and the top-up of account {Account} contradict each other. It is looked at again in an hour; run the integrity check.")]
    private partial void Contradiction(string account, Exception exception);

    [LoggerMessage(1070, LogLevel.Warning, "It is not known whether purchase {PurchaseId} of a top-up was charged. It is looked up before it is tried again.")]
    private partial void NotCharged(Guid purchaseId, Exception exception);

    [LoggerMessage(1071, LogLevel.Warning, "Purchase {PurchaseId} of a top-up is charged and could not be delivered yet; the reconciliation does it.")]
    private partial void NotConfirmed(Guid purchaseId, Exception exception);
}
