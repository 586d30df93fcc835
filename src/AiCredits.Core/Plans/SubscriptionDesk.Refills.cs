using AiCredits.Ledger;

namespace AiCredits.Plans;

/// <content>What a subscription owes its account, decided and carried out step by step.</content>
public sealed partial class SubscriptionDesk
{
    /// <summary>Grants what the account's subscription owes it by now, from what is kept, without asking the provider.</summary>
    internal async ValueTask<RefillAnswer> RefillAsync(AccountId account, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts && options.CurrentValue.Plans.Count > 0; attempt++)
        {
            if (await subscriptions.FindOpenAsync(account, cancellationToken).ConfigureAwait(false) is not { State: not SubscriptionState.Pending } kept)
            {
                return default;
            }

            var version = kept.Version;
            if (await BringUpToDateAsync(kept, kept, cancellationToken).ConfigureAwait(false) is { } current)
            {
                var slot = SubscriptionRules.SlotAt(current, Grace, Now);
                return slot is { IsFairUse: true }
                    ? new RefillAnswer(current.Version > version, slot.Level, slot.End)
                    : new RefillAnswer(current.Version > version, null, null);
            }
        }

        return options.CurrentValue.Plans.Count == 0 ? default : throw Busy(account.Value);
    }

    // Null when somebody else has changed the subscription meanwhile.
    private async ValueTask<Subscription?> BringUpToDateAsync(Subscription kept, Subscription next, CancellationToken cancellationToken, bool keepDue = false)
    {
        var changed = false;
        while (true)
        {
            if (next.Pending.Count > 0 && next.Pending == kept.Pending)
            {
                next = await CarryOutAsync(next, cancellationToken).ConfigureAwait(false);
            }
            else if (next.Pending.Count == 0 && await DecideAsync(kept, next, cancellationToken).ConfigureAwait(false) is var decided && decided != next)
            {
                next = decided;
            }

            var isQuiet = next with { DueAt = kept.DueAt } == kept;
            if (!keepDue && (!isQuiet || changed || kept.DueAt is null || kept.DueAt <= Now))
            {
                next = next with { DueAt = SubscriptionRules.DueAt(next, Grace, Now) };
            }

            if (next == kept)
            {
                return kept;
            }

            if (!await subscriptions.SaveAsync(next, EventsOf(kept, next), cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            changed = true;
            kept = next = next with { Version = next.Version + 1 };
            if (isQuiet)
            {
                return kept;
            }
        }
    }

    // One step at a time, each saved before the next: what is decided here can be carried out by anybody.
    private async ValueTask<Subscription> DecideAsync(Subscription kept, Subscription next, CancellationToken cancellationToken)
    {
        if (SubscriptionRules.MustCloseBeside(next, Now))
        {
            await CloseAsync(next, next.Beside!, cancellationToken).ConfigureAwait(false);
            return next with { Beside = null };
        }

        var slot = next.IsOpen ? SubscriptionRules.SlotAt(next, Grace, Now) : null;
        if (next.IsOpen && slot is null)
        {
            return next;
        }

        if (slot is not null && !SubscriptionRules.IsNew(next, slot))
        {
            return SubscriptionRules.IsHigher(next, slot)
                ? SubscriptionRules.Raise(next, slot, Grace, Now, await FindPurchaseAsync(next.RaisedBy ?? next.PaidBy, cancellationToken).ConfigureAwait(false))
                : next;
        }

        var (left, takenBack) = (Credits.Zero, Credits.Zero);
        if (SubscriptionRules.MustClose(next, slot))
        {
            // Also what should have expired by now: the ledger's clock may be behind this one.
            if (next.Slot is { Closing: false } open)
            {
                return next with { Slot = open with { Closing = true } };
            }

            if (next.Slot!.Closing && kept.Slot != next.Slot)
            {
                return next;
            }

            (left, takenBack) = await CloseAsync(next, next.Slot, cancellationToken).ConfigureAwait(false);
        }

        if (slot is null)
        {
            return next with { Slot = null };
        }

        var paidBy = await FindPurchaseAsync(next.PaidBy, cancellationToken).ConfigureAwait(false);
        var raisedBy = await FindPurchaseAsync(next.RaisedBy, cancellationToken).ConfigureAwait(false);
        return SubscriptionRules.Open(next, slot, left, takenBack, Grace, paidBy, raisedBy);
    }

    private async ValueTask<Subscription> CarryOutAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        var parcels = new List<RefillParcel>(subscription.Slot?.Parcels ?? []);
        foreach (var grant in subscription.Pending)
        {
            if (grant.Amount.IsZero)
            {
                // Nothing of it is paid any more; should the money come back, so do the credits.
                await NoteGrantAsync(grant, 0, cancellationToken).ConfigureAwait(false);
                parcels.Add(new RefillParcel(0, Credits.Zero, grant.ExpiresAt) { PurchaseId = grant.PurchaseId });
                continue;
            }

            var result = await ledger.ExecuteAsync(
                new GrantCommand(subscription.Account, GrantKind.Plan, grant.Amount)
                {
                    Key = grant.Key,
                    ExpiresAt = grant.ExpiresAt,
                    Priority = grant.Priority,
                    Description = grant.Description,
                    Reference = (grant.PurchaseId ?? subscription.Id).ToString(),
                },
                cancellationToken).ConfigureAwait(false);
            switch (result)
            {
                case GrantResult.Granted granted:
                    await NoteGrantAsync(grant, granted.GrantId, cancellationToken).ConfigureAwait(false);
                    parcels.Add(new RefillParcel(granted.GrantId, granted.Amount, grant.ExpiresAt) { PurchaseId = grant.PurchaseId });
                    break;
                case GrantResult.KeyConflict:
                    throw new LedgerInvariantException($"The key {grant.Key} of account '{subscription.Account}' belongs to another command. Keys that start with plan: are for plans.");
                default:
                    // Nobody looked until its time was over; there is nothing to grant any more.
                    break;
            }
        }

        return subscription with { Pending = [], Slot = subscription.Slot! with { Parcels = parcels } };
    }

    /// <summary>
    /// Takes back what is left of a slot and says how much that is, with what has expired of it: the same however often it
    /// is asked. Says as well what refunds and disputes have taken of it before.
    /// </summary>
    private async ValueTask<(Credits Left, Credits TakenBack)> CloseAsync(Subscription subscription, RefillSlot slot, CancellationToken cancellationToken)
    {
        var parcels = await ParcelsOfAsync(slot, cancellationToken).ConfigureAwait(false);
        var ended = parcels.Select(parcel => parcel.GrantId).Distinct().ToDictionary(id => id, _ => Credits.Zero);
        foreach (var parcel in parcels.Where(parcel => parcel.GrantId > 0))
        {
            var revoked = await ledger.ExecuteAsync(
                new RevokeCommand(subscription.Account, parcel.GrantId, Amount: null)
                {
                    Key = $"plan:{subscription.Id:N}:end:{parcel.GrantId}",
                    Description = $"{subscription.Plan.Name}: the period is over",
                    Reference = subscription.Id.ToString(),
                },
                cancellationToken).ConfigureAwait(false);
            ended[parcel.GrantId] += revoked is RevokeResult.Done done ? done.Revoked : Credits.Zero;
        }

        await AddExpiredAsync(subscription.Account, slot.Start, ended, cancellationToken).ConfigureAwait(false);
        var takenBack = 0L;
        foreach (var parcel in parcels)
        {
            var purchase = await ChangePurchaseAsync(parcel.PurchaseId, purchase => SubscriptionRules.End(purchase, parcel, ended[parcel.GrantId]), cancellationToken).ConfigureAwait(false);
            takenBack += SubscriptionRules.TakenBack(purchase, parcel, isGivenBack: !slot.Parcels.Contains(parcel));
        }

        return (ended.Values.Aggregate(Credits.Zero, (sum, one) => sum + one), Credits.FromMillionths(Math.Max(0, takenBack)));
    }

    private async ValueTask AddExpiredAsync(AccountId account, DateTime since, Dictionary<long, Credits> ended, CancellationToken cancellationToken)
    {
        // What was due is written first, so that what has expired shows in the history.
        await ledger.ExecuteAsync(new TouchCommand(account), cancellationToken).ConfigureAwait(false);
        var expired = new EntryQuery(account) { Kinds = [EntryKind.Expire], From = since, Limit = 1_000 };
        IReadOnlyList<Entry> page;
        do
        {
            page = await ledger.GetEntriesAsync(expired, cancellationToken).ConfigureAwait(false);
            foreach (var entry in page.Where(entry => entry.GrantId is { } id && ended.ContainsKey(id)))
            {
                ended[entry.GrantId!.Value] += entry.Amount;
            }

            expired = page.Count == 0 ? expired : expired with { Before = page[^1].Sequence };
        }
        while (page.Count == expired.Limit);
    }
}
