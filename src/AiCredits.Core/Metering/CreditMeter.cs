using System.Diagnostics;
using AiCredits.Guests;
using AiCredits.Ledger;
using AiCredits.Plans;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.Metering;

/// <summary>
/// Tells the whole story of a generation: price, hold, generate, settle. Knows no HTTP; the middleware is a thin adapter
/// over it, and a background worker or a queue consumer uses it as well.
/// </summary>
/// <remarks>Thread-safe; a singleton. No lock, transaction or connection is held between a hold and its settlement.</remarks>
public sealed partial class CreditMeter
{
    private readonly ICreditStore store;
    private readonly IGuestLimiter guests;
    private readonly IWelcomePolicy welcomePolicy;
    private readonly IOptionsMonitor<AiCreditsOptions> options;
    private readonly TimeProvider clock;
    private readonly CreditMetrics metrics;
    private readonly SettlementRetry retry;
    private readonly SubscriptionDesk subscriptions;
    private readonly ILogger<CreditMeter> logger;
    private readonly SharedStarts starts = new();

    internal CreditMeter(
        ICreditStore store,
        IGuestLimiter guests,
        IWelcomePolicy welcomePolicy,
        IOptionsMonitor<AiCreditsOptions> options,
        TimeProvider clock,
        CreditMetrics metrics,
        SettlementRetry retry,
        SubscriptionDesk subscriptions,
        ILogger<CreditMeter> logger)
    {
        this.store = store;
        this.guests = guests;
        this.welcomePolicy = welcomePolicy;
        this.options = options;
        this.clock = clock;
        this.metrics = metrics;
        this.retry = retry;
        this.subscriptions = subscriptions;
        this.logger = logger;
    }

    /// <summary>
    /// Sets aside what a generation costs: credits of an account (after its welcome credits, if it has not had them) or
    /// uses of a guest. Asking again with the same <see cref="GenerationRequest.Id"/> or key never holds twice.
    /// </summary>
    /// <exception cref="ArgumentException">The request can never be right.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached; don't generate.</exception>
    public async ValueTask<Admission> HoldAsync(GenerationRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var settings = options.CurrentValue;
        var now = UtcMicroseconds.Now(clock);
        var id = request.Id ?? Guid.CreateVersion7(clock.GetUtcNow());
        var start = Start(request, settings, now);
        var model = settings.Models.GetValueOrDefault(request.Quote.Model);
        using var activity = CreditActivities.StartHold(request.Quote.Model, request.Caller, id);
        var lease = request.Lease ?? model?.Lease ?? settings.Holds.Lease;
        var admission = request.Caller switch
        {
            Caller.Account account => await HoldCreditsAsync(request, account, id, start, lease, request.OnExpiry ?? model?.OnExpiry ?? HoldExpiryPolicy.Release, settings, now, cancellationToken).ConfigureAwait(false),
            Caller.Guest when !settings.Guests.Enabled => new Admission.SignInRequired(),
            Caller.Guest guest => await HoldUsesAsync(request, guest, id, start, lease, settings, now, cancellationToken).ConfigureAwait(false),
            _ => throw new ArgumentException("The request names no caller. Set Caller to an account or a guest."),
        };
        metrics.Admitted(request, admission);
        activity?.SetTag("aicredits.answer", CreditMetrics.Answer(admission));
        return admission;
    }

    /// <summary>
    /// Takes what was held, or gives it back, as the outcome policy says. The first settlement counts; a repeat gets its
    /// result. When the store can't be reached the settlement is kept and tried again in the background: the credits
    /// stay set aside meanwhile.
    /// </summary>
    /// <param name="ticket">The ticket.</param>
    /// <param name="end">How the generation ended.</param>
    /// <param name="actualCost">What it really cost, if that differs from the quote; never more than the hold unless the options allow it.</param>
    /// <param name="cancellationToken">Gives up the wait, not the settlement. Never pass the token of an HTTP request: after a client abort it is already cancelled.</param>
    public async ValueTask<GenerationSettlement> SettleAsync(GenerationTicket ticket, GenerationEnd end, Credits? actualCost = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        ArgumentNullException.ThrowIfNull(end);
        if (actualCost is { IsNegative: true })
        {
            throw new ArgumentOutOfRangeException(nameof(actualCost), actualCost, "A generation can't cost less than nothing. Use 0 or more.");
        }

        var settings = options.CurrentValue;
        var charge = settings.Outcomes.Charges(end.Outcome);
        var fitted = Fit(end, settings, UtcMicroseconds.Now(clock));
        var settling = SettleAsync(ticket, fitted, charge, actualCost, settings);
        return cancellationToken.CanBeCanceled
            ? await settling.AsTask().WaitAsync(cancellationToken).ConfigureAwait(false)
            : await settling.ConfigureAwait(false);
    }

    // Takes no token: a settlement that is given up half-way would be a free generation.
    private async ValueTask<GenerationSettlement> SettleAsync(GenerationTicket ticket, GenerationEnd end, bool charge, Credits? actualCost, AiCreditsOptions settings)
    {
        using var activity = CreditActivities.StartSettle(ticket.Quote.Model, ticket.Caller, ticket.Id);
        var settlement = ticket.Caller switch
        {
            Caller.Account account => await SettleCreditsAsync(account.Id, ticket, end, charge, actualCost, settings).ConfigureAwait(false),
            Caller.Guest guest => await SettleUsesAsync(guest, ticket, end, charge, settings).ConfigureAwait(false),
            _ => throw new UnreachableException(),
        };
        metrics.Settled(ticket, end.Outcome, settlement, UtcMicroseconds.Now(clock));
        activity?.SetTag("aicredits.outcome", CreditMetrics.Name(end.Outcome))
            .SetTag("aicredits.charged", (double)settlement.Charged.ToDecimal())
            .SetTag("aicredits.pending", settlement.Pending);
        return settlement;
    }

    /// <summary>The account as it stands now, after its welcome credits, if it has not had them, and what its plan owes it by now.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<AccountOverview> GetAccountAsync(AccountId account, CancellationToken cancellationToken = default)
    {
        await subscriptions.RefillAsync(account, cancellationToken).ConfigureAwait(false);
        var overview = await store.GetAccountAsync(account, cancellationToken).ConfigureAwait(false);
        return !overview.State.Welcomed && await WelcomeAsync(account, cancellationToken).ConfigureAwait(false)
            ? await store.GetAccountAsync(account, cancellationToken).ConfigureAwait(false)
            : overview;
    }

    /// <summary>The caller's account as it stands now: after its welcome credits, unless it is shared.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public ValueTask<AccountOverview> GetAccountAsync(Caller.Account caller, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.Member is null ? GetAccountAsync(caller.Id, cancellationToken) : store.GetAccountAsync(caller.Id, cancellationToken);
    }

    private async ValueTask<Admission> HoldCreditsAsync(GenerationRequest request, Caller.Account caller, Guid id, GenerationStart start, TimeSpan lease, HoldExpiryPolicy onExpiry, AiCreditsOptions settings, DateTime now, CancellationToken cancellationToken)
    {
        // The welcome is for people: a shared account is nobody's first visit.
        var account = caller.Id;
        var welcome = caller.Member is null && !settings.WelcomeCredits.IsZero;
        var command = new HoldCommand(account, id, request.Quote.Total, lease, start)
        {
            Key = request.Key,
            Member = caller.Member,
            OnExpiry = onExpiry,
            WelcomeFirst = welcome,
        };
        RefillAnswer? plan = null;
        if (request.Key is not null)
        {
            // A refusal is kept under the key, so what the plan owes must be there before.
            plan = await subscriptions.RefillAsync(account, cancellationToken).ConfigureAwait(false);
        }

        var result = await store.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
        if (welcome && !result.Welcomed && await WelcomeAfterAsync(account, result, cancellationToken).ConfigureAwait(false) && result is HoldResult.Insufficient)
        {
            result = await store.ExecuteAsync(command with { WelcomeFirst = false }, cancellationToken).ConfigureAwait(false);
        }

        if (result is HoldResult.Insufficient)
        {
            // A refill or a filling of fair use may be due and not made yet.
            plan ??= await subscriptions.RefillAsync(account, cancellationToken).ConfigureAwait(false);
            if (plan is { Granted: true } && request.Key is null)
            {
                result = await store.ExecuteAsync(command with { WelcomeFirst = false }, cancellationToken).ConfigureAwait(false);
            }
        }

        return result switch
        {
            HoldResult.Held held when held.Replayed => new Admission.Replayed(Ticket(held), held.Finished),
            HoldResult.Held held => new Admission.Admitted(Ticket(held)),
            HoldResult.Insufficient { Retryable: false } when plan is { Limit: { } limit, ResetsAt: { } resetsAt } => new Admission.FairUseReached(limit, resetsAt),
            HoldResult.Insufficient refused => new Admission.InsufficientCredits(refused.Required, refused.Available, refused.CurrentlyHeld, refused.Retryable),
            HoldResult.Frozen => new Admission.AccountFrozen(),
            HoldResult.NotAMember stranger => new Admission.NotAMember(stranger.Member),
            HoldResult.MemberCapReached reached => new Admission.MemberCapReached(reached.Window, reached.Required, reached.Cap, reached.Used, reached.ResetsAt),
            HoldResult.KeyConflict conflict => new Admission.KeyConflict(conflict.ConflictingKey),
            _ => throw new UnreachableException(),
        };

        GenerationTicket Ticket(HoldResult.Held held) => new(held.HoldId, request.Caller, request.Quote, held.ExpiresAt) { Remaining = held.AvailableAfter, StartedAt = now };
    }

    private async ValueTask<Admission> HoldUsesAsync(GenerationRequest request, Caller.Guest guest, Guid id, GenerationStart start, TimeSpan lease, AiCreditsOptions settings, DateTime now, CancellationToken cancellationToken)
    {
        if (request.Key is not null)
        {
            throw new ArgumentException("Idempotency keys are kept per account. Use Id to repeat the request of a guest.");
        }

        guest.Identity.Validate();
        var result = await guests.HoldAsync(new GuestHoldRequest(guest.Identity, id, settings.Guests.Rule, lease, start), cancellationToken).ConfigureAwait(false);
        var ticket = new GenerationTicket(id, request.Caller, request.Quote, now + lease) { Usage = result.Usage, StartedAt = now };
        return result switch
        {
            GuestHoldResult.Held { Replayed: true } => new Admission.Replayed(ticket, Finished: null),
            GuestHoldResult.Held => new Admission.Admitted(ticket),
            _ => new Admission.GuestLimitReached(result.Usage),
        };
    }

    private async ValueTask<GenerationSettlement> SettleCreditsAsync(AccountId account, GenerationTicket ticket, GenerationEnd end, bool charge, Credits? actualCost, AiCreditsOptions settings)
    {
        charge &= actualCost is not { IsZero: true };
        LedgerCommand<SettleResult> command = charge
            ? new CaptureCommand(account, ticket.Id, actualCost, end) { Overrun = settings.Holds.Overrun }
            : new ReleaseCommand(account, ticket.Id, end);
        SettleResult result;
        try
        {
            result = await store.ExecuteAsync(command, CancellationToken.None).ConfigureAwait(false);
        }
        catch (LedgerUnavailableException exception)
        {
            SettlementPostponed(ticket.Id, exception);
            retry.Add(ticket, token => store.ExecuteAsync(command, token).AsTask());
            var expected = charge ? Credits.Min(actualCost ?? ticket.Quote.Total, ticket.Quote.Total) : Credits.Zero;
            return new GenerationSettlement(expected, ticket.Remaining + (ticket.Quote.Total - expected), null, Pending: true);
        }

        switch (result)
        {
            case SettleResult.Settled settled:
                return new GenerationSettlement(settled.Captured, settled.AvailableAfter, null, Pending: false);
            case SettleResult.Insufficient refused:
                LateChargeRefused(ticket.Id, refused.Required, refused.Available);
                return new GenerationSettlement(Credits.Zero, refused.Available, null, Pending: false);
            default:
                SettlementImpossible(ticket.Id, result.GetType().Name);
                return new GenerationSettlement(Credits.Zero, ticket.Remaining, null, Pending: false);
        }
    }

    private async ValueTask<GenerationSettlement> SettleUsesAsync(Caller.Guest guest, GenerationTicket ticket, GenerationEnd end, bool keep, AiCreditsOptions settings)
    {
        var request = new GuestSettleRequest(guest.Identity, ticket.Id, keep, settings.Guests.Rule, end);
        try
        {
            var usage = await guests.SettleAsync(request, CancellationToken.None).ConfigureAwait(false);
            return new GenerationSettlement(Credits.Zero, Credits.Zero, usage, Pending: false);
        }
        catch (LedgerUnavailableException exception)
        {
            SettlementPostponed(ticket.Id, exception);
            retry.Add(ticket, token => guests.SettleAsync(request, token).AsTask());
            return new GenerationSettlement(Credits.Zero, Credits.Zero, ticket.Usage, Pending: true);
        }
    }

    private GenerationStart Start(GenerationRequest request, AiCreditsOptions settings, DateTime now)
    {
        var prompt = settings.Prompts.Keep ? Text.Fit(request.Prompt, settings.Prompts.MaxLength) : null;
        if (prompt is null)
        {
            return starts.Find(request.Quote);
        }

        return new GenerationStart
        {
            Model = request.Quote.Model,
            Count = request.Quote.Count,
            Price = request.Quote.Total,
            PriceVersion = request.Quote.Version,
            Prompt = prompt,
            PromptExpiresAt = settings.Prompts.KeepFor is { } keepFor ? now + keepFor : null,
        };
    }

    private static GenerationEnd Fit(GenerationEnd end, AiCreditsOptions settings, DateTime now)
    {
        if (end.Error is null && end.ProviderRequestId is null && end.Prompt is null)
        {
            return end;
        }

        var prompt = settings.Prompts.Keep ? Text.Fit(end.Prompt, settings.Prompts.MaxLength) : null;
        return end with
        {
            Error = Text.Fit(end.Error, LedgerCommand.MaxTextLength),
            ProviderRequestId = Text.Fit(end.ProviderRequestId, LedgerCommand.MaxTextLength),
            Prompt = prompt,
            PromptExpiresAt = prompt is not null && settings.Prompts.KeepFor is { } keepFor ? now + keepFor : null,
        };
    }

    [LoggerMessage(1001, LogLevel.Warning, "The settlement of generation {GenerationId} could not be written and will be tried again in the background.")]
    private partial void SettlementPostponed(Guid generationId, Exception exception);

    [LoggerMessage(1002, LogLevel.Warning, "Generation {GenerationId} outlived its hold and the account can't pay {Required} credits now (it has {Available}). It was not charged. Set a longer lease.")]
    private partial void LateChargeRefused(Guid generationId, Credits required, Credits available);

    [LoggerMessage(1003, LogLevel.Error, "Generation {GenerationId} could not be settled: {Result}.")]
    private partial void SettlementImpossible(Guid generationId, string result);
}
