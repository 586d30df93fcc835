using System.Diagnostics;
using System.Diagnostics.Metrics;
using AiCredits.Ledger;

namespace AiCredits.Metering;

/// <summary>What is measured: instruments of the meter <c>AiCredits</c>. Tags are bounded: models of the price list, outcomes, kinds of caller.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class CreditMetrics
{
    public const string MeterName = "AiCredits";

    private readonly Counter<long> holds;
    private readonly Counter<long> generations;
    private readonly Counter<double> charged;
    private readonly Histogram<double> duration;
    private readonly Counter<long> swept;

    public CreditMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(MeterName);
        holds = meter.CreateCounter<long>("aicredits.holds", "{hold}", "Requests to generate, by answer.");
        generations = meter.CreateCounter<long>("aicredits.generations", "{generation}", "Generations that ended, by outcome.");
        charged = meter.CreateCounter<double>("aicredits.credits.charged", "{credit}", "Credits taken. For display; the ledger is exact.");
        duration = meter.CreateHistogram<double>("aicredits.generation.duration", "s", "From hold to settlement.");
        swept = meter.CreateCounter<long>("aicredits.swept", "{account}", "Accounts on which the sweeper wrote what was due.");
    }

    internal void Admitted(GenerationRequest request, Admission admission)
    {
        if (holds.Enabled)
        {
            holds.Add(1, new("model", request.Quote.Model), new("caller", Kind(request.Caller)), new("answer", Answer(admission)));
        }
    }

    internal void Settled(GenerationTicket ticket, GenerationOutcome outcome, GenerationSettlement settlement, DateTime now)
    {
        var tags = new TagList { { "model", ticket.Quote.Model }, { "caller", Kind(ticket.Caller) }, { "outcome", Name(outcome) } };
        generations.Add(1, tags);
        if (!settlement.Charged.IsZero)
        {
            charged.Add((double)settlement.Charged.ToDecimal(), new KeyValuePair<string, object?>("model", ticket.Quote.Model));
        }

        duration.Record((now - ticket.StartedAt).TotalSeconds, tags);
    }

    internal void Swept(int accounts) => swept.Add(accounts);

    private static string Kind(Caller caller) => caller is Caller.Account ? "account" : "guest";

    private static string Answer(Admission admission) => admission switch
    {
        Admission.Admitted => "held",
        Admission.Replayed => "replayed",
        Admission.InsufficientCredits => "insufficient_credits",
        Admission.GuestLimitReached => "guest_limit_reached",
        Admission.SignInRequired => "sign_in_required",
        Admission.AccountFrozen => "account_frozen",
        _ => "key_conflict",
    };

    private static string Name(GenerationOutcome outcome) => outcome switch
    {
        GenerationOutcome.Succeeded => "succeeded",
        GenerationOutcome.Failed => "failed",
        GenerationOutcome.Rejected => "rejected",
        GenerationOutcome.ClientGoneBeforeOutput => "client_gone_before_output",
        GenerationOutcome.ClientGoneAfterOutput => "client_gone_after_output",
        GenerationOutcome.TimedOut => "timed_out",
        _ => "unknown",
    };
}
