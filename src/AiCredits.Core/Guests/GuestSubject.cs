namespace AiCredits.Guests;

/// <summary>One signal of a guest and how many generations it may have in a window.</summary>
/// <param name="Key">What is counted, such as <c>cookie:…</c> or <c>network:…</c> with a keyed hash.</param>
/// <param name="Limit">How many generations it may have.</param>
public readonly record struct GuestSubject(string Key, int Limit)
{
    /// <summary>The longest key, in characters.</summary>
    public const int MaxKeyLength = 128;
}
