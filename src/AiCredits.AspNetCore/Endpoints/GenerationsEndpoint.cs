using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Endpoints;

/// <summary>GET /credits/generations and /credits/generations/{id}: the caller's own generations and no one else's: a member sees no colleague's prompts.</summary>
internal static class GenerationsEndpoint
{
    public static async Task<IResult> ListAsync(
        HttpContext context,
        string? limit,
        string? cursor,
        ICallerResolver callers,
        CreditProblems problems,
        ICreditStore store,
        CancellationToken cancellationToken)
    {
        if (await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false) is not Caller.Account { Id: var account, Member: var member })
        {
            return problems.SignInRequired(context);
        }

        var faults = new QueryFaults();
        var size = faults.Limit(limit);
        Guid before = default;
        if (!string.IsNullOrEmpty(cursor) && !Cursor.TryRead(cursor, out before))
        {
            faults.BadCursor();
        }

        if (faults.Any)
        {
            return faults.ToResult(context, problems);
        }

        var query = new GenerationQuery(account) { Member = member, Limit = size + 1, Before = string.IsNullOrEmpty(cursor) ? null : before };
        var generations = await store.GetGenerationsAsync(query, cancellationToken).ConfigureAwait(false);
        var next = generations.Count > size ? Cursor.After(generations[size - 1].Id) : null;
        return CreditsJson.Ok(new Page<GenerationItem>([.. generations.Take(size).Select(GenerationItem.From)], next));
    }

    public static async Task<IResult> GetAsync(
        HttpContext context,
        string id,
        ICallerResolver callers,
        CreditProblems problems,
        ICreditStore store,
        CancellationToken cancellationToken)
    {
        if (await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false) is not Caller.Account { Id: var account, Member: var member })
        {
            return problems.SignInRequired(context);
        }

        return Guid.TryParse(id, out var generationId) && await store.FindGenerationAsync(account, generationId, cancellationToken).ConfigureAwait(false) is { } generation
                && (member is null || generation.Start.Member == member)
            ? CreditsJson.Ok(GenerationItem.From(generation))
            : problems.NotFound(context, "You have no generation of this id.");
    }
}
