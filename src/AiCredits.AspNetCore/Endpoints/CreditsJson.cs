using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Endpoints;

/// <summary>The JSON of the endpoints. Their names are a contract with front ends, so the app's own JSON settings don't change them.</summary>
internal static class CreditsJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static string Text<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static IResult Ok<T>(T value) => TypedResults.Json(value, Options);
}
