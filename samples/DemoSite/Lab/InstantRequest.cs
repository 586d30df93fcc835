namespace AiCredits.DemoSite.Lab;

/// <summary>Asks for a generation that is done at once.</summary>
/// <param name="AiModel">The model to pay for.</param>
/// <param name="Count">How many results to pay for; 1 when left out.</param>
internal sealed record InstantRequest(string? AiModel, int? Count);
