using System.Text.Json;
using AiCredits.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Endpoints;

/// <summary>
/// Reads small JSON bodies. Anything but <c>application/json</c> is refused: a page of another site can send forms with the
/// user's cookies, but no JSON without being asked first.
/// </summary>
internal static class JsonBody
{
    private const int MaxBytes = 16 * 1024;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>The body, or the refusal to answer with.</summary>
    public static async ValueTask<(T? Body, IResult? Refusal)> ReadAsync<T>(HttpContext context, CreditProblems problems, CancellationToken cancellationToken)
        where T : class
    {
        if (!context.Request.HasJsonContentType())
        {
            return (null, Refuse("Send a JSON object with the header Content-Type: application/json."));
        }

        try
        {
            if (await BodyReader.ReadAsync(context.Request, MaxBytes, cancellationToken).ConfigureAwait(false) is not { } bytes)
            {
                return (null, Refuse($"The body is larger than {MaxBytes} bytes."));
            }

            return JsonSerializer.Deserialize<T>(bytes.Span, Options) is { } body
                ? (body, null)
                : (null, Refuse("The body is null. Send a JSON object."));
        }
        catch (Exception exception) when (exception is JsonException or BadHttpRequestException or InvalidOperationException)
        {
            return (null, Refuse("The body is no JSON object of the expected shape."));
        }

        IResult Refuse(string detail) => problems.BadRequest(context, "invalid-body", "The body can't be read", detail);
    }
}
