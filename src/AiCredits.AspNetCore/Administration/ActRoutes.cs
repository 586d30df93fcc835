using System.Text.Json;
using System.Text.Json.Serialization;
using AiCredits.Administration;
using AiCredits.AspNetCore.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AiCredits.AspNetCore.Administration;

/// <summary>POST /acts/…: reads an act, answers what is wrong with it, and says who acts.</summary>
internal static class ActRoutes
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        MaxDepth = 4,
    };

    /// <summary>Does an act with what was read.</summary>
    public delegate ValueTask<IResult> Act<in TRequest>(HttpContext context, TRequest request, string key, CancellationToken cancellationToken);

    public static void MapAct<TRequest, TResponse>(this IEndpointRouteBuilder endpoints, CreditProblems problems, string name, string summary, Act<TRequest> act)
        where TRequest : class => endpoints
        .MapPost($"/acts/{name}", (Delegate)((HttpContext context) => RunAsync(context, problems, act)))
        .AddEndpointFilter(new OwnOriginFilter(problems))
        .WithSummary(summary)
        .Accepts<TRequest>("application/json")
        .Produces<TResponse>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>The act on an account, by whoever has sent the request.</summary>
    /// <exception cref="ArgumentException">The account can't be named so.</exception>
    public static AdminAct On(HttpContext context, string? account, string? reason, string key) => string.IsNullOrEmpty(account)
        ? throw new ArgumentException("account is missing. Name the account.")
        : new AdminAct(new AccountId(account), key, AdminCaller.Of(context), reason ?? "");

    private static async Task<IResult> RunAsync<TRequest>(HttpContext context, CreditProblems problems, Act<TRequest> act)
        where TRequest : class
    {
        try
        {
            var request = await context.Request.ReadFromJsonAsync<TRequest>(Json, context.RequestAborted).ConfigureAwait(false)
                ?? throw new ArgumentException("The body is null. Send the act as a JSON object.");
            var key = context.Request.Headers["Idempotency-Key"].ToString();
            if (key.Length == 0)
            {
                throw new ArgumentException("The header Idempotency-Key is missing. Send a new random one with each act, and the same one when you repeat it.");
            }

            // The act goes on when the client is gone: half of it would be hard to explain.
            return await act(context, request, key, CancellationToken.None).ConfigureAwait(false);
        }
        catch (JsonException exception)
        {
            return problems.BadRequest(context, "invalid-act", "The act can't be read", $"The body is no such JSON: {exception.Message}");
        }
        catch (ArgumentException exception)
        {
            return problems.BadRequest(context, "invalid-act", "The act can't be done", exception.Message);
        }
    }
}
