using System.Text;

namespace AiCredits;

/// <summary>What text may enter the ledger: nothing that a database refuses or that reads differently on its way back.</summary>
internal static class Text
{
    public static void EnsureIdentifier(string? value, int maxLength, string what)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            throw new ArgumentException($"The {what} is empty. Give 1 to {maxLength} characters.");
        }

        EnsureFreeText(value, maxLength, what);
        foreach (var character in value)
        {
            if (char.IsControl(character))
            {
                throw new ArgumentException($"The {what} has a control character. Use printable characters only.");
            }
        }
    }

    public static void EnsureFreeText(string? value, int maxLength, string what)
    {
        if (value is null)
        {
            return;
        }

        if (value.Length > maxLength)
        {
            throw new ArgumentException($"The {what} has {value.Length} characters; at most {maxLength} are kept. Shorten it.");
        }

        if (value.Contains('\0') || !IsWellFormed(value))
        {
            throw new ArgumentException($"The {what} has a NUL character or broken Unicode. Remove it.");
        }
    }

    /// <summary>Free text from outside (a prompt, an error) made fit to be kept: cut to length, NUL and broken Unicode replaced.</summary>
    public static string? Fit(string? value, int maxLength)
    {
        if (value is null)
        {
            return null;
        }

        if (value.Length > maxLength)
        {
            var cut = maxLength > 0 && char.IsHighSurrogate(value[maxLength - 1]) ? maxLength - 1 : maxLength;
            value = value[..cut];
        }

        if (IsWellFormed(value) && !value.Contains('\0'))
        {
            return value;
        }

        var builder = new StringBuilder(value.Length);
        foreach (var rune in value.EnumerateRunes())
        {
            builder.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        }

        return builder.ToString();
    }

    private static bool IsWellFormed(string value)
    {
        for (var index = 0; index < value.Length; index++)
        {
            if (!char.IsSurrogate(value[index]))
            {
                continue;
            }

            if (index + 1 < value.Length && char.IsSurrogatePair(value[index], value[index + 1]))
            {
                index++;
            }
            else
            {
                return false;
            }
        }

        return true;
    }
}
