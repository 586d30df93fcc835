namespace AiCredits.AspNetCore.Enforcement;

/// <summary>What a request asks for, read from its bound arguments.</summary>
/// <param name="Model">The model that it names.</param>
/// <param name="Count">How many results.</param>
/// <param name="Prompt">The prompt to record.</param>
internal readonly record struct BoundPrice(string? Model, long Count, string? Prompt);
