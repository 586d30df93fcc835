using AiCredits.Ledger;
using AiCredits.Pricing;

namespace AiCredits.Metering;

/// <summary>For work that outlives the request: any process that knows the account and the generation's id can go on with it.</summary>
public sealed partial class CreditMeter
{
    // Shorter than whatever is left of a lease, so that it only tells the end.
    private static readonly TimeSpan NoLonger = TimeSpan.FromTicks(10);

    /// <summary>The ticket of a generation that still runs, to be renewed, captured from or settled here; null when the account has none of that id, or it has ended.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<GenerationTicket?> FindTicketAsync(AccountId account, Guid generationId, CancellationToken cancellationToken = default)
    {
        if (await store.FindGenerationAsync(account, generationId, cancellationToken).ConfigureAwait(false) is not { Status: GenerationStatus.Running, GuestId: null } running
            || await store.ExecuteAsync(new RenewCommand(account, generationId, NoLonger), cancellationToken).ConfigureAwait(false) is not RenewResult.Renewed open)
        {
            return null;
        }

        var start = running.Start;
        var overview = await store.GetAccountAsync(account, cancellationToken).ConfigureAwait(false);
        return new GenerationTicket(generationId, new Caller.Account(account) { Member = start.Member }, new PriceQuote(start.Model, start.Count, start.Price, start.PriceVersion), open.ExpiresAt)
        {
            Remaining = overview.State.Available,
            StartedAt = running.StartedAt,
        };
    }

    /// <summary>Gives a generation of an account more time: its hold then ends no earlier than <paramref name="lease"/> from now. Never shortens it.</summary>
    /// <returns>The ticket with its new end; null when the generation has ended, by itself or by a settlement.</returns>
    /// <exception cref="ArgumentException">The ticket is a guest's, or the lease is out of range.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<GenerationTicket?> RenewAsync(GenerationTicket ticket, TimeSpan lease, CancellationToken cancellationToken = default) =>
        await store.ExecuteAsync(new RenewCommand(AccountOf(ticket), ticket.Id, lease), cancellationToken).ConfigureAwait(false) is RenewResult.Renewed renewed
            ? ticket with { ExpiresAt = renewed.ExpiresAt }
            : null;

    /// <summary>
    /// Takes a part of what is held while the generation goes on, one that delivers in steps for instance; the rest stays
    /// set aside. Parts come to no more than the hold, unless the options allow more and the account can pay it. Settle
    /// the ticket at the end all the same.
    /// </summary>
    /// <param name="ticket">The ticket.</param>
    /// <param name="part">How much to take.</param>
    /// <param name="key">Names this one part: a repeat with the same key takes nothing more.</param>
    /// <param name="cancellationToken">Gives up the wait, not the capture.</param>
    /// <returns>What has been taken in all, and what of the part was not; null when the generation has ended.</returns>
    /// <exception cref="ArgumentException">The ticket is a guest's, or the part or the key can't be used.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached. Ask again with the same key.</exception>
    public async ValueTask<SettleResult.Settled?> CapturePartAsync(GenerationTicket ticket, Credits part, string key, CancellationToken cancellationToken = default)
    {
        var command = new CaptureCommand(AccountOf(ticket), ticket.Id, part, new GenerationEnd { Outcome = GenerationOutcome.Succeeded })
        {
            Final = false,
            Key = key,
            Overrun = options.CurrentValue.Holds.Overrun,
        };
        return await store.ExecuteAsync(command, cancellationToken).ConfigureAwait(false) is SettleResult.Settled { Status: GenerationStatus.Running } taken ? taken : null;
    }

    private static AccountId AccountOf(GenerationTicket ticket)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        return ticket.Caller is Caller.Account { Id: var account }
            ? account
            : throw new ArgumentException("A guest's generation has one use and one lease. Only what an account pays for can be renewed or captured in parts.", nameof(ticket));
    }
}
