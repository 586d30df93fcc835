using AiCredits.Guests;
using AiCredits.Ledger;
using AiCredits.Metering;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>The state of one paid request between hold and settlement.</summary>
internal sealed class CreditsFeature(IRequiresCreditsMetadata metadata) : ICreditsFeature
{
    private string? error;
    private string? prompt;
    private string? providerRequestId;
    private long? providerCostMillionths;
    private string? providerCurrency;

    public IRequiresCreditsMetadata Metadata => metadata;

    public GenerationTicket? Ticket { get; set; }

    public bool Admitted { get; set; }

    public bool HandedOver { get; private set; }

    public bool Streams { get; private set; } = metadata.Streams;

    public Credits? ActualCost { get; private set; }

    public GenerationOutcome? Declared { get; private set; }

    public Credits Charged => Ticket is { Caller: Caller.Account, Quote.Total: var price } ? ActualCost ?? price : Credits.Zero;

    public Credits Remaining => Ticket is { Caller: Caller.Account } ticket ? ticket.Remaining + ticket.Quote.Total - Charged : Credits.Zero;

    public GuestUsage? GuestUsage => Ticket?.Usage;

    public void SetActualCost(Credits cost)
    {
        ActualCost = cost.IsNegative
            ? throw new ArgumentOutOfRangeException(nameof(cost), cost, "A generation can't cost less than nothing. Use 0 or more.")
            : cost;
    }

    public void SetPrompt(string prompt) => this.prompt = prompt;

    public void SetProvider(string? requestId, long? costMillionths = null, string? currency = null)
    {
        providerRequestId = requestId;
        providerCostMillionths = costMillionths;
        providerCurrency = currency;
    }

    public void Succeed() => Declared = GenerationOutcome.Succeeded;

    public void Fail(string reason) => (Declared, error) = (GenerationOutcome.Failed, reason);

    public void Reject(string reason) => (Declared, error) = (GenerationOutcome.Rejected, reason);

    public void StreamOutput() => Streams = true;

    public GenerationTicket HandOver()
    {
        HandedOver = true;
        return Ticket ?? throw new InvalidOperationException("Nothing is held for this request, so there is nothing to hand over.");
    }

    public GenerationEnd End(GenerationOutcome outcome, string? observed) => new()
    {
        Outcome = outcome,
        Error = outcome == GenerationOutcome.Succeeded ? null : error ?? observed,
        Prompt = prompt,
        ProviderRequestId = providerRequestId,
        ProviderCostMillionths = providerCostMillionths,
        ProviderCurrency = providerCurrency,
    };
}
