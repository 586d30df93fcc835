using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AiCredits.AspNetCore.Problems;

/// <summary>Writes a problem in camelCase, whatever the app's own JSON settings and the request's <c>Accept</c> header are: front ends rely on its members.</summary>
internal sealed class CreditProblemResult(ProblemDetails problem) : IResult, IActionResult, IStatusCodeHttpResult
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public int? StatusCode => problem.Status;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = problem.Status!.Value;
        return httpContext.Response.WriteAsJsonAsync(problem, Json, "application/problem+json", httpContext.RequestAborted);
    }

    public Task ExecuteResultAsync(ActionContext context) => ExecuteAsync(context.HttpContext);
}
