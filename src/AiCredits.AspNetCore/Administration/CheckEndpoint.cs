using System.ComponentModel;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Problems;
using AiCredits.Integrity;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AiCredits.AspNetCore.Administration;

/// <summary>
/// POST /acts/check: proves the next accounts, so that whoever checks them all sees how far it is. It only reads, but costs
/// work, and so is asked for like an act: not by another site's image.
/// </summary>
internal sealed class CheckEndpoint(IntegrityCheck check, CreditProblems problems)
{
    private const int DefaultAccounts = 50;
    private const int MaxAccounts = 500;

    public void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapAct<CheckRequest, CheckResponse>(problems, "check", "Proves the next accounts from their history, in the order of their ids", RunAsync);

    private async ValueTask<IResult> RunAsync(HttpContext context, CheckRequest request, string key, CancellationToken cancellationToken)
    {
        var size = request.Accounts ?? DefaultAccounts;
        if (size is < 1 or > MaxAccounts)
        {
            throw new ArgumentException($"accounts is {size}. Use 1 to {MaxAccounts}.");
        }

        // Nothing is left half done when the client is gone: the check ends with it.
        AccountId? after = string.IsNullOrEmpty(request.After) ? null : new AccountId(request.After);
        var page = await check.RunPageAsync(after, size, context.RequestAborted).ConfigureAwait(false);
        return CreditsJson.Ok(new CheckResponse(page.Report.IsClean, page.Report.Accounts, page.Report.Entries, [.. page.Report.Faults.Select(FaultItem.From)], page.Next?.Value));
    }
}

/// <summary>Which accounts to prove.</summary>
internal sealed record CheckRequest
{
    [Description("The last account of the part before: next of its answer. Left out for the first part.")]
    public string? After { get; init; }

    [Description("How many accounts, 1 to 500. Default 50.")]
    public int? Accounts { get; init; }
}

/// <summary>What was found in a part of a check.</summary>
/// <param name="Clean">True when all of these accounts add up.</param>
/// <param name="Accounts">How many were proved.</param>
/// <param name="Entries">How many entries were read.</param>
/// <param name="Faults">What does not add up.</param>
/// <param name="Next">Where to go on; null when all accounts are proved.</param>
internal sealed record CheckResponse(bool Clean, long Accounts, long Entries, IReadOnlyList<FaultItem> Faults, string? Next);
