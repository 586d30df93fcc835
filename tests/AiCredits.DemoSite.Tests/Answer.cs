using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace AiCredits.DemoSite;

/// <summary>What the site answered, read to its end.</summary>
public sealed record Answer(HttpStatusCode Status, HttpResponseHeaders Headers, string? ContentType, string Text)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            return new Answer(response.StatusCode, response.Headers, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync());
        }
    }

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    /// <summary>The answer is a problem of this type.</summary>
    public JsonNode ShouldBeProblem(HttpStatusCode status, string type)
    {
        Status.ShouldBe(status, Text);
        ContentType.ShouldBe("application/problem+json");
        ((string?)Json["type"]).ShouldNotBeNull().ShouldEndWith(type);
        return Json;
    }
}
