using AiCredits.Ledger;

namespace AiCredits.Guests;

/// <summary>The generation records of guests, alike in every limiter.</summary>
public static class GuestGeneration
{
    /// <summary>The record of a generation that has just started.</summary>
    public static Generation Started(GuestHoldRequest request, DateTime now)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new Generation
        {
            Id = request.GenerationId,
            GuestId = request.Guest.GuestId,
            Status = GenerationStatus.Running,
            Start = request.Generation,
            StartedAt = now,
        };
    }

    /// <summary>The record of a generation that has ended.</summary>
    public static Generation Ended(Generation running, GuestSettleRequest request, DateTime now)
    {
        ArgumentNullException.ThrowIfNull(running);
        ArgumentNullException.ThrowIfNull(request);
        return running with
        {
            Status = request.Keep ? GenerationStatus.Succeeded : GenerationStatus.Failed,
            Outcome = request.End.Outcome,
            Start = request.End.Complete(running.Start),
            EndedAt = now,
            Error = request.End.Error,
            ProviderRequestId = request.End.ProviderRequestId,
            ProviderCostMillionths = request.End.ProviderCostMillionths,
            ProviderCurrency = request.End.ProviderCurrency,
        };
    }
}
