using AiCredits.Events;

namespace AiCredits.TopUps;

/// <summary>Tops up as soon as a balance is told to be low, without waiting for the sweep.</summary>
internal sealed class TopUpListener(TopUpDesk desk) : ICreditEventListener
{
    public ValueTask HandleAsync(CreditEvent creditEvent, CancellationToken cancellationToken = default) =>
        creditEvent is CreditEvent.BalanceLow or CreditEvent.BalanceDepleted ? desk.CheckAsync(creditEvent.Account, cancellationToken) : default;
}
