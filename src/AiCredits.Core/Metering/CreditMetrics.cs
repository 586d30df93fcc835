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
    private readonly UpDownCounter<long> running;
    private readonly Counter<long> postponed;
    private readonly UpDownCounter<long> waiting;
    private readonly Histogram<double> eventLag;
    private readonly Counter<long> eventFailures;

    public CreditMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(MeterName);
        holds = meter.CreateCounter<long>("aicredits.holds", "{hold}", "Requests to generate, by answer.");
        generations = meter.CreateCounter<long>("aicredits.generations", "{generation}", "Generations that ended, by outcome.");
        charged = meter.CreateCounter<double>("aicredits.credits.charged", "{credit}", "Credits taken. For display; the ledger is exact.");
        duration = meter.CreateHistogram<double>("aicredits.generation.duration", "s", "From hold to settlement.");
        swept = meter.CreateCounter<long>("aicredits.swept", "{account}", "Accounts on which the sweeper wrote what was due.");
        running = meter.CreateUpDownCounter<long>("aicredits.generations.running", "{generation}", "Generations that hold credits or uses and are not settled; summed over all instances, since one may settle what another has held.");
        postponed = meter.CreateCounter<long>("aicredits.settlements.postponed", "{settlement}", "Settlements that the store could not take at once.");
        waiting = meter.CreateUpDownCounter<long>("aicredits.settlements.waiting", "{settlement}", "Settlements that this process tries again.");
        eventLag = meter.CreateHistogram<double>("aicredits.events.lag", "s", "From the commit of an event to when its listeners were told.");
        eventFailures = meter.CreateCounter<long>("aicredits.events.failures", "{event}", "Times that a listener failed on an event, which is told again.");
    }

    internal void Admitted(GenerationRequest request, Admission admission)
    {
        if (admission is Admission.Admitted)
        {
            running.Add(1, new KeyValuePair<string, object?>("caller", Kind(request.Caller)));
        }

        if (holds.Enabled)
        {
            holds.Add(1, new("model", request.Quote.Model), new("caller", Kind(request.Caller)), new("answer", Answer(admission)));
        }
    }

    internal void Settled(GenerationTicket ticket, GenerationOutcome outcome, GenerationSettlement settlement, DateTime now)
    {
        var tags = new TagList { { "model", ticket.Quote.Model }, { "caller", Kind(ticket.Caller) }, { "outcome", Name(outcome) } };
        generations.Add(1, tags);
        running.Add(-1, new KeyValuePair<string, object?>("caller", Kind(ticket.Caller)));
        if (!settlement.Charged.IsZero)
        {
            charged.Add((double)settlement.Charged.ToDecimal(), new KeyValuePair<string, object?>("model", ticket.Quote.Model));
        }

        duration.Record((now - ticket.StartedAt).TotalSeconds, tags);
    }

    internal void Swept(int accounts) => swept.Add(accounts);

    internal void SettlementPostponed()
    {
        postponed.Add(1);
        waiting.Add(1);
    }

    internal void SettlementDone() => waiting.Add(-1);

    internal void EventTold(TimeSpan lag) => eventLag.Record(lag.TotalSeconds);

    internal void EventFailed() => eventFailures.Add(1);

    internal static string Kind(Caller caller) => caller is Caller.Account ? "account" : "guest";

    internal static string Answer(Admission admission) => admission switch
    {
        Admission.Admitted => "held",
        Admission.Replayed => "replayed",
        Admission.InsufficientCredits => "insufficient_credits",
        Admission.FairUseReached => "fair_use_reached",
        Admission.GuestLimitReached => "guest_limit_reached",
        Admission.SignInRequired => "sign_in_required",
        Admission.AccountFrozen => "account_frozen",
        Admission.NotAMember => "not_a_member",
        Admission.MemberCapReached => "member_cap_reached",
        _ => "key_conflict",
    };

    internal static string Name(GenerationOutcome outcome) => outcome switch
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
