namespace AiCredits.AspNetCore.Enforcement;

/// <summary>What the fluent calls attach.</summary>
internal sealed class FluentMetadata : IRequiresCreditsMetadata
{
    public string? Model { get; init; }

    public int Count { get; init; } = 1;

    public bool AllowGuests { get; init; } = true;

    public bool Streams { get; init; }

    public bool IsBound { get; init; }
}
