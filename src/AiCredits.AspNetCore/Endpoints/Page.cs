namespace AiCredits.AspNetCore.Endpoints;

/// <summary>A page of a list, newest first.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="NextCursor">Asks for the page after it; null on the last page.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor)
{
    public const int DefaultSize = 50;

    public const int MaxSize = 200;
}
