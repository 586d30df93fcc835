using AiCredits.AspNetCore.Idempotency;
using AiCredits.AspNetCore.Problems;
using AiCredits.Guests;
using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>The state of one paid request between hold and settlement.</summary>
internal sealed class CreditsFeature(IRequiresCreditsMetadata metadata) : ICreditsFeature
{
    private string? error;
    private string? prompt;
    private string? providerRequestId;
    private long? providerCostMillionths;
    private string? providerCurrency;
    private (Credits Charged, Credits Remaining)? told;

    public IRequiresCreditsMetadata Metadata => metadata;

    public GenerationTicket? Ticket { get; private set; }

    /// <summary>True once the handler may run.</summary>
    public bool Admitted { get; private set; }

    public bool HandedOver { get; private set; }

    /// <summary>The caller, once somebody has asked.</summary>
    public Caller? Caller { get; set; }

    /// <summary>The idempotency key under which the answer is to be kept.</summary>
    public KeyClaim? Claim { get; set; }

    /// <summary>True when the request is over: the feature only tells what was, and a re-executed pipeline is charged anew.</summary>
    public bool IsOver { get; private set; }

    public bool Streams { get; private set; } = metadata.Streams;

    public Credits? ActualCost { get; private set; }

    public GenerationOutcome? Declared { get; private set; }

    public GenerationOutcome? Outcome { get; private set; }

    public GenerationSettlement? Settlement { get; private set; }

    public Credits Charged => Settlement is { } settled ? settled.Charged
        : Ticket is { Caller: Caller.Account, Quote.Total: var price } ? Credits.Min(ActualCost ?? price, price)
        : Credits.Zero;

    public Credits Remaining => Settlement is { } settled ? settled.Remaining
        : Ticket is { Caller: Caller.Account } ticket ? ticket.Remaining + (ticket.Quote.Total - Charged)
        : Credits.Zero;

    public GuestUsage? GuestUsage => Settlement is { } settled ? settled.Usage : Ticket?.Usage;

    public void Admit(GenerationTicket ticket, HttpResponse response, DateTime now)
    {
        Ticket = ticket;
        Admitted = true;
        WriteHeaders(response, now);
    }

    public void AdmitUncharged(HttpResponse response)
    {
        Admitted = true;
        response.Headers[CreditHeaders.Charged] = "0";
    }

    public void Settle(GenerationOutcome outcome, GenerationSettlement settlement) => (Outcome, Settlement) = (outcome, settlement);

    public void End() => IsOver = true;

    /// <summary>True when the middleware has prepared this request for this price: what stands between an endpoint and free work.</summary>
    public bool Covers(IRequiresCreditsMetadata wanted) => !IsOver && ReferenceEquals(wanted, metadata) && (Admitted || metadata.IsBound);

    /// <summary>Tells the figures as far as they are known.</summary>
    public void WriteHeaders(HttpResponse response, DateTime now)
    {
        if (Ticket is not { } ticket)
        {
            return;
        }

        // Mostly nothing has changed since the hold, and nobody has cleared the headers.
        var figures = (Charged, Remaining);
        if (ticket.Caller is Caller.Account && told == figures && response.Headers.ContainsKey(CreditHeaders.Charged))
        {
            return;
        }

        told = figures;
        CreditHeaders.Write(response.Headers, ticket.Caller, figures.Charged, figures.Remaining, GuestUsage, now);
    }

    public void SetActualCost(Credits cost)
    {
        ActualCost = cost.IsNegative
            ? throw new ArgumentOutOfRangeException(nameof(cost), cost, "A generation can't cost less than nothing. Use 0 or more.")
            : cost;
    }

    public void SetPrompt(string prompt) => this.prompt = prompt;

    public void SetProvider(string? requestId, long? costMillionths = null, string? currency = null)
    {
        if (currency is not (null or { Length: 3 }))
        {
            throw new ArgumentException($"'{currency}' is no currency. Use an ISO 4217 code such as USD.", nameof(currency));
        }

        providerRequestId = requestId;
        providerCostMillionths = costMillionths;
        providerCurrency = currency;
    }

    public void Succeed() => (Declared, error) = (GenerationOutcome.Succeeded, null);

    public void Fail(string reason) => (Declared, error) = (GenerationOutcome.Failed, reason);

    public void Reject(string reason) => (Declared, error) = (GenerationOutcome.Rejected, reason);

    public void StreamOutput() => Streams = true;

    public GenerationTicket HandOver()
    {
        var ticket = Ticket ?? throw new InvalidOperationException("Nothing is held for this request, so there is nothing to hand over.");
        if (IsOver)
        {
            throw new InvalidOperationException("The request is over and settled. Hand the ticket over before the handler ends.");
        }

        HandedOver = true;
        return ticket;
    }

    public GenerationEnd EndOf(GenerationOutcome outcome, string? observed) => new()
    {
        Outcome = outcome,
        Error = outcome == GenerationOutcome.Succeeded ? null : error ?? observed,
        Prompt = prompt,
        ProviderRequestId = providerRequestId,
        ProviderCostMillionths = providerCostMillionths,
        ProviderCurrency = providerCurrency,
    };
}
