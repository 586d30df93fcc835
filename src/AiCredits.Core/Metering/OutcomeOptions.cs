using AiCredits.Ledger;

namespace AiCredits.Metering;

/// <summary>Which outcomes of a generation are charged (and count as a guest's use).</summary>
public sealed class OutcomeOptions
{
    /// <summary>Refused by moderation. Default false.</summary>
    public bool ChargeRejected { get; set; }

    /// <summary>The client was gone before any output. Default false.</summary>
    public bool ChargeClientGoneBeforeOutput { get; set; }

    /// <summary>The client was gone after some output. Default true: it got part of what it asked for and the provider was paid.</summary>
    public bool ChargeClientGoneAfterOutput { get; set; } = true;

    /// <summary>It took too long. Default false.</summary>
    public bool ChargeTimedOut { get; set; }

    /// <summary>A stream broke with an unknown part delivered. Default false.</summary>
    public bool ChargeUnknown { get; set; }

    /// <summary>True when an outcome is charged: success always, failure never, the others as set here.</summary>
    public bool Charges(GenerationOutcome outcome) => outcome switch
    {
        GenerationOutcome.Succeeded => true,
        GenerationOutcome.Failed => false,
        GenerationOutcome.Rejected => ChargeRejected,
        GenerationOutcome.ClientGoneBeforeOutput => ChargeClientGoneBeforeOutput,
        GenerationOutcome.ClientGoneAfterOutput => ChargeClientGoneAfterOutput,
        GenerationOutcome.TimedOut => ChargeTimedOut,
        GenerationOutcome.Unknown => ChargeUnknown,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Use a member of GenerationOutcome."),
    };
}
