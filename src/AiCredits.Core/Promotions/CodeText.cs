using System.Security.Cryptography;

namespace AiCredits.Promotions;

/// <summary>How codes that people type are read: promo codes and referral codes. Case and surrounding white space don't matter; everything else does.</summary>
internal static class CodeText
{
    public const int MinLength = 3;
    public const int MaxLength = 40;

    /// <summary>Says how a code must look, for messages.</summary>
    public const string Rule = "3 to 40 letters A to Z, digits, '-' or '_'";

    // Nothing that looks like something else when it is read aloud or printed: no 0, O, 1, I, L.
    private const string Alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
    private const int RandomLength = 10;

    /// <summary>The code in capitals, as it is kept; null when it can be no code. Looks at no more than its first characters however long the text is.</summary>
    public static string? Normalize(string? text)
    {
        if (text is null || text.Length > MaxLength * 4)
        {
            return null;
        }

        var trimmed = text.AsSpan().Trim();
        if (trimmed.Length is < MinLength or > MaxLength)
        {
            return null;
        }

        foreach (var character in trimmed)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_'))
            {
                return null;
            }
        }

        return trimmed.ToString().ToUpperInvariant();
    }

    /// <summary>A code that can't be guessed: about 50 bits.</summary>
    public static string Random() => RandomNumberGenerator.GetString(Alphabet, RandomLength);
}
