using System.Globalization;
using AiCredits.Ledger;

namespace AiCredits.Administration;

/// <summary>What admins may do to an account. Each act carries a reason and an actor into the history, and happens once per key.</summary>
/// <remarks>Thread-safe; a singleton. Checks no permission: whoever calls it has done so.</remarks>
public sealed class CreditAdministration
{
    // Each round reads anew what is there, so only a caller who races with many others ever needs a few.
    private const int MaxRounds = 100;
    private static readonly GrantKind[] GrantableKinds = [GrantKind.Adjustment, GrantKind.Promotion, GrantKind.Compensation];

    private readonly ICreditStore store;

    /// <summary>Makes the acts over a store.</summary>
    public CreditAdministration(ICreditStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        this.store = store;
    }

    /// <summary>Grants credits.</summary>
    /// <exception cref="ArgumentException">The act or the grant can never be right.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached; repeat the act with its key.</exception>
    public ValueTask<GrantResult> GrantAsync(AdminAct act, AdminGrant grant, CancellationToken cancellationToken = default)
    {
        Check(act);
        ArgumentNullException.ThrowIfNull(grant);
        if (!GrantableKinds.Contains(grant.Kind))
        {
            throw new ArgumentException($"An admin can't grant credits of the kind {grant.Kind}. Use {string.Join(", ", GrantableKinds)}: what was paid for comes from purchases and plans.");
        }

        return store.ExecuteAsync(
            new GrantCommand(act.Account, grant.Kind, grant.Amount)
            {
                Key = act.LedgerKey,
                Priority = grant.Priority,
                ExpiresAt = grant.ExpiresAt,
                Models = grant.Models,
                Description = act.Reason,
                Actor = act.Actor,
            },
            cancellationToken);
    }

    /// <summary>Takes back credits of one grant.</summary>
    /// <param name="act">Who, why and which act.</param>
    /// <param name="grantId">The grant.</param>
    /// <param name="amount">How much; null for all that can be taken.</param>
    /// <param name="toDebt">True to record as debt what is spent of it already.</param>
    /// <param name="cancellationToken">Gives up the wait, not the act.</param>
    /// <exception cref="ArgumentException">The act can never be right.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached; repeat the act with its key.</exception>
    public ValueTask<RevokeResult> RevokeAsync(AdminAct act, long grantId, Credits? amount = null, bool toDebt = false, CancellationToken cancellationToken = default)
    {
        Check(act);
        return store.ExecuteAsync(new RevokeCommand(act.Account, grantId, amount) { Key = act.LedgerKey, ToDebt = toDebt, Description = act.Reason, Actor = act.Actor }, cancellationToken);
    }

    /// <summary>Closes an account to new generations, or opens it again.</summary>
    /// <exception cref="ArgumentException">The act can never be right.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached; repeat the act with its key.</exception>
    public ValueTask<FreezeResult> FreezeAsync(AdminAct act, bool frozen, CancellationToken cancellationToken = default)
    {
        Check(act);
        return store.ExecuteAsync(new FreezeCommand(act.Account, frozen) { Key = act.LedgerKey, Description = act.Reason, Actor = act.Actor }, cancellationToken);
    }

    /// <summary>Gives back what a finished generation was charged.</summary>
    /// <exception cref="ArgumentException">The act can never be right.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached; repeat the act with its key.</exception>
    public ValueTask<RefundResult> RefundGenerationAsync(AdminAct act, Guid generationId, CancellationToken cancellationToken = default)
    {
        Check(act);
        return store.ExecuteAsync(new RefundCommand(act.Account, generationId) { Key = act.LedgerKey, Description = act.Reason, Actor = act.Actor }, cancellationToken);
    }

    /// <summary>Ends an open hold by giving its credits back.</summary>
    /// <exception cref="ArgumentException">The act can never be right.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached; repeat the act with its key.</exception>
    public ValueTask<SettleResult> ReleaseAsync(AdminAct act, Guid holdId, CancellationToken cancellationToken = default)
    {
        Check(act);
        var end = new GenerationEnd { Outcome = GenerationOutcome.Failed, Error = act.Reason };
        return store.ExecuteAsync(new ReleaseCommand(act.Account, holdId, end) { Key = act.LedgerKey, Description = act.Reason, Actor = act.Actor }, cancellationToken);
    }

    /// <summary>Ends an open hold by taking its credits.</summary>
    /// <param name="act">Who, why and which act.</param>
    /// <param name="holdId">The hold.</param>
    /// <param name="amount">How much; null for all that is held.</param>
    /// <param name="cancellationToken">Gives up the wait, not the act.</param>
    /// <exception cref="ArgumentException">The act can never be right.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached; repeat the act with its key.</exception>
    public ValueTask<SettleResult> CaptureAsync(AdminAct act, Guid holdId, Credits? amount = null, CancellationToken cancellationToken = default)
    {
        Check(act);
        var end = new GenerationEnd { Outcome = GenerationOutcome.Succeeded };
        return store.ExecuteAsync(new CaptureCommand(act.Account, holdId, amount, end) { Key = act.LedgerKey, ChargeWhenExpired = false, Description = act.Reason, Actor = act.Actor }, cancellationToken);
    }

    /// <summary>
    /// Changes a balance by an amount: above zero it is granted, below zero it is taken from the grants that would be spent
    /// first. What is taken stands in the history as one entry for each grant; an act that was interrupted is finished by
    /// repeating it with its key.
    /// </summary>
    /// <exception cref="ArgumentException">The act can never be right.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached; repeat the act with its key.</exception>
    public async ValueTask<AdjustResult> AdjustAsync(AdminAct act, Credits amount, CancellationToken cancellationToken = default)
    {
        Check(act);
        if (amount.IsZero || Math.Abs(amount.Millionths) > LedgerCommand.MaxAmountMillionths)
        {
            throw new ArgumentException($"The adjustment is {amount} credits. Use an amount other than 0, up to {Credits.FromMillionths(LedgerCommand.MaxAmountMillionths)} either way.");
        }

        if (amount.IsNegative)
        {
            return await TakeAsync(act, -amount, cancellationToken).ConfigureAwait(false);
        }

        return await GrantAsync(act, new AdminGrant(amount), cancellationToken).ConfigureAwait(false) switch
        {
            GrantResult.Granted granted => new AdjustResult.Done(granted.Amount, granted.AvailableAfter, granted.Replayed),
            _ => new AdjustResult.KeyConflict(),
        };
    }

    private async ValueTask<AdjustResult> TakeAsync(AdminAct act, Credits amount, CancellationToken cancellationToken)
    {
        // Each step has a key of its own, numbered, so that of two who do the same act at once each step is done by one.
        // What the act is about stands in every step: another amount under the same key is a conflict.
        var about = string.Create(CultureInfo.InvariantCulture, $"adjust:-{amount}");
        for (var round = 0; round < MaxRounds; round++)
        {
            // The balance before the steps: whoever takes another step between the two reads makes this round see too much
            // left, which the next round puts right, and never too little.
            var overview = await store.GetAccountAsync(act.Account, cancellationToken).ConfigureAwait(false);
            var steps = await StepsAsync(act, cancellationToken).ConfigureAwait(false);
            if (steps.Exists(step => step.Reference != about))
            {
                return new AdjustResult.KeyConflict();
            }

            var taken = steps.Aggregate(Credits.Zero, (sum, step) => sum + step.Amount);
            if (taken == amount)
            {
                var after = await store.GetAccountAsync(act.Account, cancellationToken).ConfigureAwait(false);
                return new AdjustResult.Done(-amount, after.State.Available, Replayed: round == 0);
            }

            if (overview.State.Available < amount - taken)
            {
                return new AdjustResult.TooMuch(overview.State.Available, taken);
            }

            var next = overview.LiveGrants.First(grant => !grant.Available.IsZero);
            var command = new RevokeCommand(act.Account, next.Id, Credits.Min(next.Available, amount - taken))
            {
                Key = steps.Count == 0 ? act.LedgerKey : string.Create(CultureInfo.InvariantCulture, $"{act.LedgerKey}:{steps.Count + 1}"),
                Description = act.Reason,
                Actor = act.Actor,
                Reference = about,
            };
            await store.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
        }

        throw new LedgerUnavailableException("The account changes too fast for an adjustment. Freeze it, or repeat the act with its key.");
    }

    private async ValueTask<List<Entry>> StepsAsync(AdminAct act, CancellationToken cancellationToken)
    {
        var steps = new List<Entry>();
        var query = new EntryQuery(act.Account) { Kinds = [EntryKind.Revoke, EntryKind.Grant], Limit = 1_000 };
        while (true)
        {
            var page = await store.GetEntriesAsync(query, cancellationToken).ConfigureAwait(false);
            steps.AddRange(page.Where(entry => entry.Key is { } key && (key == act.LedgerKey || key.StartsWith($"{act.LedgerKey}:", StringComparison.Ordinal))));
            if (page.Count < query.Limit)
            {
                return steps;
            }

            query = query with { Before = page[^1].Sequence };
        }
    }

    private static void Check(AdminAct act)
    {
        ArgumentNullException.ThrowIfNull(act);
        act.Validate();
    }
}
