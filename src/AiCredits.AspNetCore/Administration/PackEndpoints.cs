using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Problems;
using AiCredits.Packs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Administration;

/// <summary>GET /packs and POST /acts/…-pack: what is sold from now on. Purchases that were begun before stay as agreed.</summary>
internal sealed class PackEndpoints(IServiceProvider services, CreditProblems problems)
{
    // There is an editor only where the app has called UseStoredPacks().
    private readonly PackEditor? editor = services.GetService<PackEditor>();

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/packs", ListAsync)
            .WithSummary("The packs that can be edited, retired ones too, with who changed them last and why")
            .Produces<PackBook>();
        Map("add-pack", "Puts a new pack on offer", AddAsync);
        Map("reprice-pack", "Changes what a pack costs, and how many credits it brings", (packs, context, request, token) =>
        {
            var price = request.Price ?? throw new ArgumentException("price is missing. Say what the pack shall cost.");
            return ChangeAsync(packs, context, request, pack => pack with { Price = price, Credits = request.Credits ?? pack.Credits, BonusCredits = request.BonusCredits ?? pack.BonusCredits }, token);
        });
        Map("retire-pack", "Takes a pack off the list", (packs, context, request, token) => ChangeAsync(packs, context, request, pack => pack with { Retired = true }, token));
        Map("offer-pack", "Puts a retired pack on offer again", (packs, context, request, token) => ChangeAsync(packs, context, request, pack => pack with { Retired = false }, token));

        void Map(string name, string summary, Func<PackEditor, HttpContext, PackRequest, CancellationToken, ValueTask<IResult>> act) => endpoints.MapAct<PackRequest, PackResponse>(
            problems,
            name,
            summary,
            (context, request, _, token) => editor is null ? new(NotEditable(context)) : act(editor, context, request, token));
    }

    private async Task<IResult> ListAsync(CancellationToken cancellationToken) => CreditsJson.Ok(new PackBook(
        editor is not null,
        editor is null ? [] : [.. (await editor.ListAsync(cancellationToken).ConfigureAwait(false)).Select(PackRecord.From)]));

    private async ValueTask<IResult> AddAsync(PackEditor packs, HttpContext context, PackRequest request, CancellationToken cancellationToken)
    {
        var pack = new StoredPack
        {
            Id = IdOf(request),
            Name = request.Name ?? throw new ArgumentException("name is missing. Give the pack a name for people."),
            Price = request.Price ?? throw new ArgumentException("price is missing. Say what the pack shall cost."),
            Currency = request.Currency ?? throw new ArgumentException("currency is missing. Use an ISO 4217 code in capitals, such as USD."),
            Credits = request.Credits ?? throw new ArgumentException("credits is missing. Say how many credits the pack brings, bonus included."),
            BonusCredits = request.BonusCredits ?? Credits.Zero,
            BestValue = request.BestValue,
        };
        var (actor, reason) = (AdminCaller.Of(context), request.Reason ?? "");
        var added = await packs.AddAsync(pack, actor, reason, cancellationToken).ConfigureAwait(false);
        var kept = (await packs.ListAsync(cancellationToken).ConfigureAwait(false)).First(one => one.Id == pack.Id);

        // The same admin who adds the same pack for the same reason has lost the first answer.
        return added || kept == pack with { ChangedBy = actor, Reason = reason, ChangedAt = kept.ChangedAt }
            ? CreditsJson.Ok(new PackResponse(!added, PackRecord.From(kept)))
            : problems.Conflict(context, "pack-exists", "There is or was a pack of this id", $"'{pack.Id}' is taken. Choose another id; what was sold under an id keeps it.", ("pack", PackRecord.From(kept)));
    }

    private async ValueTask<IResult> ChangeAsync(PackEditor packs, HttpContext context, PackRequest request, Func<StoredPack, StoredPack> change, CancellationToken cancellationToken)
    {
        var version = request.Version ?? throw new ArgumentException("version is missing. Send the version of the pack that you have seen.");
        return await packs.ChangeAsync(IdOf(request), version, change, AdminCaller.Of(context), request.Reason ?? "", cancellationToken).ConfigureAwait(false) switch
        {
            PackChangeResult.Done done => CreditsJson.Ok(new PackResponse(done.Replayed, PackRecord.From(done.Pack))),
            PackChangeResult.ChangedMeanwhile changed => problems.Conflict(
                context,
                "pack-changed",
                "Somebody else has changed this pack",
                $"It is at version {changed.Pack.Version} now, changed by {changed.Pack.ChangedBy ?? "the settings"}. Look at it again before you change it.",
                ("pack", PackRecord.From(changed.Pack))),
            _ => problems.NotFound(context, "There is no pack of this id."),
        };
    }

    private IResult NotEditable(HttpContext context) => problems.Conflict(
        context,
        "packs-from-settings",
        "Packs come from the settings",
        "Change them in AiCredits:Packs, or call UseStoredPacks() on what AddAiCredits() returns: then they are kept in the store and can be edited here.");

    private static string IdOf(PackRequest request) => string.IsNullOrEmpty(request.Id) ? throw new ArgumentException("id is missing. Name the pack.") : request.Id;
}
