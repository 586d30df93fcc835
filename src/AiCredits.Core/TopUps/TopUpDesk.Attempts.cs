using AiCredits.Events;
using AiCredits.Payments;
using AiCredits.Purchases;

namespace AiCredits.TopUps;

/// <content>One attempt to charge the card, from the purchase that is kept first to its end.</content>
public sealed partial class TopUpDesk
{
    private const int RecentPurchases = 100;
    private static readonly TimeSpan MaxWait = TimeSpan.FromHours(6);

    private async ValueTask<TopUp> BeginAsync(TopUp topUp, CancellationToken cancellationToken)
    {
        var now = Now;
        var month = new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Utc);
        topUp = topUp.Month == month ? topUp : topUp with { Month = month, Bought = 0 };
        if (!topUp.IsReady || topUp.Provider != provider.Name)
        {
            return topUp with { DueAt = null };
        }

        if (topUp.NotBefore > now || topUp.Bought >= topUp.MaxPerMonth)
        {
            return topUp with { DueAt = topUp.NotBefore > now ? topUp.NotBefore : month.AddMonths(1) };
        }

        var account = await ledger.GetAccountAsync(topUp.Account, cancellationToken).ConfigureAwait(false);
        if (account.State.Available >= topUp.Threshold || account.State.Frozen)
        {
            return topUp with { DueAt = now + LookEvery };
        }

        if (packs.Packs.FirstOrDefault(pack => pack.Id == topUp.PackId) is null)
        {
            return topUp with { Fault = TopUpFault.PackGone, DueAt = null };
        }

        // Money that went back takes credits with it: to buy them anew would be to take it again.
        var recent = await purchases.ListAsync(new PurchaseQuery(topUp.Account) { Limit = RecentPurchases }, cancellationToken).ConfigureAwait(false);
        if (recent.Any(purchase => purchase.Refunded + purchase.Disputed + purchase.DisputesLost > 0 && purchase.ChangedAt > topUp.ConsentAt))
        {
            return topUp with { Fault = TopUpFault.PaymentReturned, DueAt = null };
        }

        if (await policy.RefusalAsync(topUp.Account, cancellationToken).ConfigureAwait(false) is not null)
        {
            return topUp with { DueAt = now.AddHours(1) };
        }

        return topUp with
        {
            Attempt = new TopUpAttempt(Guid.CreateVersion7(new DateTimeOffset(now)), now, now + Lease, 0) { Card = topUp.Card },
            Bought = topUp.Bought + 1,
            NotBefore = null,
            DueAt = now + Lease,
        };
    }

    private async ValueTask CarryThroughAsync(TopUp topUp, CancellationToken cancellationToken)
    {
        var attempt = topUp.Attempt!;
        var purchase = await KeepPurchaseAsync(topUp, attempt, cancellationToken).ConfigureAwait(false);
        if (purchase is null)
        {
            await EndAsync(topUp, topUp with { Attempt = null, Bought = topUp.Bought - 1, Fault = TopUpFault.PackGone, DueAt = null }, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (purchase.CheckoutId is not null)
        {
            // Charged before: only what became of it is still open.
            await FollowAsync(topUp, purchase, cancellationToken).ConfigureAwait(false);
            return;
        }

        var charge = new ChargeRequest(purchase.Id, CardOf(topUp), purchase.Price, $"{purchase.Credits} credits");
        ChargeResult? result;
        try
        {
            // Whoever has asked before looks first: the answer may have been lost after the money was taken.
            result = attempt.Tries > 0 ? await provider.FindChargeAsync(charge, attempt.StartedAt, cancellationToken).ConfigureAwait(false) : null;
            if (result is null && Now - attempt.StartedAt > Patience)
            {
                // The provider's memory of the key ends after a day: asking again could charge again.
                await EndAsync(topUp, topUp with { Attempt = null, Fault = TopUpFault.OutcomeUnknown, DueAt = null }, cancellationToken).ConfigureAwait(false);
                return;
            }

            if (result is null)
            {
                var tried = topUp with { Attempt = attempt with { Tries = attempt.Tries + 1 } };
                if (!await SaveAsync(topUp, tried, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }

                topUp = tried with { Version = tried.Version + 1 };
                result = await provider.ChargeAsync(charge, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (PaymentProviderException exception)
        {
            // Unknown, or refused for a reason that isn't the card's: the same purchase is asked about again, never another one.
            NotCharged(purchase.Id, exception);
            var later = Now + (exception.IsTransient ? TimeSpan.FromMinutes(1) : TimeSpan.FromHours(1));
            await EndAsync(topUp, topUp with { Attempt = topUp.Attempt! with { LeaseUntil = later }, DueAt = later }, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (result is ChargeResult.Taken taken)
        {
            await NoteAsync(purchase.Id, found => found.CheckoutId is null ? found with { CheckoutId = taken.PaymentId, PaymentId = taken.PaymentId, DueAt = Now } : found, cancellationToken).ConfigureAwait(false);
            await FollowAsync(topUp, purchase, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await DeclineAsync(topUp, purchase, result is ChargeResult.Declined { Reason: var why } ? why ?? "The card was declined." : "The bank wants its owner to confirm.", result is ChargeResult.AuthenticationRequired, cancellationToken).ConfigureAwait(false);
        }
    }

    // The attempt lasts until its purchase is delivered: while the balance is still low for want of it, another one must not begin.
    private async ValueTask FollowAsync(TopUp topUp, Purchase purchase, CancellationToken cancellationToken)
    {
        try
        {
            purchase = await desk.ConfirmAsync(purchase.Id, cancellationToken).ConfigureAwait(false) ?? purchase;
        }
        catch (PaymentProviderException exception)
        {
            NotConfirmed(purchase.Id, exception);
        }

        switch (purchase)
        {
            case { Fault: not null, Status: PurchaseStatus.Pending or PurchaseStatus.Paid }:
                await EndAsync(topUp, topUp with { Attempt = null, Fault = TopUpFault.NotDelivered, DueAt = null }, cancellationToken).ConfigureAwait(false);
                break;
            case { Status: PurchaseStatus.Pending or PurchaseStatus.Paid }:
                var age = Now - topUp.Attempt!.StartedAt;
                var later = Now + (age < LookEvery ? LookEvery : age < MaxWait ? age : MaxWait);
                await EndAsync(topUp, topUp with { Attempt = topUp.Attempt with { LeaseUntil = later }, DueAt = later }, cancellationToken).ConfigureAwait(false);
                break;
            case { Status: PurchaseStatus.Failed or PurchaseStatus.Expired }:
                await DeclineAsync(topUp, purchase, purchase.Fault ?? "The payment did not arrive.", needsOwner: false, cancellationToken).ConfigureAwait(false);
                break;
            default:
                await EndAsync(topUp, topUp with { Attempt = null, Declines = 0, DueAt = Now + LookEvery }, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private async ValueTask DeclineAsync(TopUp topUp, Purchase purchase, string reason, bool needsOwner, CancellationToken cancellationToken)
    {
        await NoteAsync(purchase.Id, found => found.Status == PurchaseStatus.Pending ? found with { Status = PurchaseStatus.Failed, Fault = reason, DueAt = null } : found, cancellationToken).ConfigureAwait(false);
        var declines = topUp.Declines + 1;
        var fault = needsOwner ? TopUpFault.AuthenticationRequired : declines >= MaxDeclines ? TopUpFault.Declined : (TopUpFault?)null;
        var notBefore = fault is null ? Now.AddHours(declines == 1 ? 1 : 24) : (DateTime?)null;
        await EndAsync(
            topUp,
            topUp with { Attempt = null, Bought = topUp.Bought - 1, Declines = declines, Fault = fault, NotBefore = notBefore, DueAt = notBefore },
            cancellationToken,
            new CreditEvent.TopUpFailed(topUp.Account, EventSequence.Of(purchase.Id, 1), Now, purchase.Id, topUp.PackId, reason) { NeedsOwner = fault is not null, NextTry = notBefore }).ConfigureAwait(false);
    }

    // Attempts of an earlier version kept no card of their own.
    private static SavedCard CardOf(TopUp topUp) => topUp.Attempt!.Card ?? topUp.Card!;

    // With the id of the attempt, so that a crash after it keeps no second one.
    private async ValueTask<Purchase?> KeepPurchaseAsync(TopUp topUp, TopUpAttempt attempt, CancellationToken cancellationToken)
    {
        if (await purchases.FindAsync(attempt.PurchaseId, cancellationToken).ConfigureAwait(false) is { } kept)
        {
            return kept;
        }

        if (packs.Packs.FirstOrDefault(pack => pack.Id == topUp.PackId) is not { } pack)
        {
            return null;
        }

        return await purchases.AddAsync(
            new Purchase
            {
                Id = attempt.PurchaseId,
                Account = topUp.Account,
                PackId = pack.Id,
                PackName = pack.Name,
                Price = new Money(pack.Price, pack.Currency),
                Credits = pack.Credits,
                BonusCredits = pack.BonusCredits,
                CreditsExpireAfter = options.CurrentValue.Purchases.CreditsExpireAfter,
                Provider = provider.Name,
                CustomerId = CardOf(topUp).CustomerId,
                CreatedAt = attempt.StartedAt,
                ChangedAt = attempt.StartedAt,
                Version = 1,
            },
            cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask NoteAsync(Guid purchaseId, Func<Purchase, Purchase> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var found = (await purchases.FindAsync(purchaseId, cancellationToken).ConfigureAwait(false))!;
            var changed = change(found);
            if (changed == found || await purchases.UpdateAsync(changed with { Version = found.Version + 1, ChangedAt = Now }, [], cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }

        throw Busy();
    }

    /// <param name="held">As it was saved last by whoever has the attempt.</param>
    /// <param name="after">What becomes of it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="events">What to tell with it.</param>
    private async ValueTask EndAsync(TopUp held, TopUp after, CancellationToken cancellationToken, params CreditEvent[] events)
    {
        if (await topUps.SaveAsync(after, events, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        // Its owner has changed it meanwhile: what became of the attempt is noted beside that. Where another instance has
        // taken the attempt over, what becomes of it is that one's to say.
        await ChangeAsync(
            after.Account,
            found => found.Attempt == held.Attempt
                ? found with { Attempt = after.Attempt, Bought = after.Bought, Declines = after.Declines, Fault = after.Fault, NotBefore = after.NotBefore, DueAt = after.DueAt }
                : found,
            cancellationToken,
            events).ConfigureAwait(false);
    }
}
