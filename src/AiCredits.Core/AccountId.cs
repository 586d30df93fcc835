namespace AiCredits;

/// <summary>
/// Names an account: usually the user's id from the app's own sign-in. 1 to 128 characters, compared ordinally,
/// without control characters. The default value is no account and is refused everywhere.
/// </summary>
public readonly record struct AccountId
{
    /// <summary>The longest id, in characters.</summary>
    public const int MaxLength = 128;

    private readonly string? value;

    /// <summary>Makes an account id.</summary>
    /// <exception cref="ArgumentException">The id is empty, too long, or has control characters or broken Unicode.</exception>
    public AccountId(string value)
    {
        Text.EnsureIdentifier(value, MaxLength, "account id");
        this.value = value;
    }

    /// <summary>The id's text.</summary>
    /// <exception cref="InvalidOperationException">This is the default value.</exception>
    public string Value => value ?? throw new InvalidOperationException("The account id is not set. Make it with new AccountId(\"...\").");

    /// <summary>True for the default value, which names no account.</summary>
    public bool IsDefault => value is null;

    /// <inheritdoc />
    public override string ToString() => value ?? "";
}
