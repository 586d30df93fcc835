using System.Security.Claims;
using AiCredits.AspNetCore.Enforcement;

namespace AiCredits.DemoSite.Lab;

/// <summary>
/// The switches of the page "Try it". They act on the signed-in user's own account in ways that a product keeps to its
/// admins (free credits, refunds), so the site maps them in Development only.
/// </summary>
internal static class LabEndpoints
{
    public static void MapLab(this IEndpointRouteBuilder app)
    {
        var lab = app.MapGroup("/api/lab").WithTags("Lab").RequireAuthorization();

        var free = lab.MapGroup("").RequireAiCreditsWorkLimit();
        free.MapPost("/expiring-credits", (ClaimsPrincipal user, AccountLab account, CancellationToken cancellationToken) =>
            account.GrantExpiringAsync(AccountOf(user), cancellationToken));
        free.MapPost("/spend-down", (SpendDownRequest request, ClaimsPrincipal user, AccountLab account, CancellationToken cancellationToken) =>
            account.SpendDownAsync(AccountOf(user), request.Leave, cancellationToken));
        free.MapPost("/refund/{generationId:guid}", (Guid generationId, ClaimsPrincipal user, AccountLab account, CancellationToken cancellationToken) =>
            account.RefundAsync(AccountOf(user), generationId, cancellationToken));

        free.MapPost("/team", (ClaimsPrincipal user, TeamLab team, CancellationToken cancellationToken) => team.JoinAsync(user, cancellationToken));
        free.MapDelete("/team", (ClaimsPrincipal user, TeamLab team) => team.LeaveAsync(user));

        // A generation that takes no time, so that many clicks meet at the ledger and not at the painter.
        lab.MapPost("/instant", (InstantRequest request, ICreditsFeature credits) => new InstantResponse(credits.Charged, credits.Remaining))
            .RequireCredits<InstantRequest>(request => request.AiModel, request => request.Count);

        lab.MapPost("/stream", StoryStream.WriteAsync).RequireCredits(StoryStream.Model, configure: options => options.Streams = true);
    }

    private static AccountId AccountOf(ClaimsPrincipal user) => new(user.FindFirstValue(ClaimTypes.NameIdentifier)!);
}
