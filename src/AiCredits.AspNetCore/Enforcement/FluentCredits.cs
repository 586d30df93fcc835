namespace AiCredits.AspNetCore.Enforcement;

/// <summary>What the fluent calls attach.</summary>
internal class FluentCredits(string? model, int count, RequireCreditsOptions options) : IRequiresCreditsMetadata
{
    public string? Model => model;

    public int Count => count;

    public bool? AllowGuests { get; } = options.AllowGuests;

    public bool Streams { get; } = options.Streams;

    public TimeSpan? Lease { get; } = options.Lease;

    public IReadOnlyList<string>? Methods { get; } = options.Methods is { } methods ? [.. methods] : null;

    public virtual bool IsBound => false;
}
