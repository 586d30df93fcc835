namespace AiCredits.AspNetCore.Endpoints;

/// <summary>The names of enum members as they stand in JSON: camelCase.</summary>
internal static class JsonName
{
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
