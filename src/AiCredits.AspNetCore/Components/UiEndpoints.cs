using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace AiCredits.AspNetCore.Components;

/// <summary>
/// GET /credits/ui/{version}/{file}: the web components, to be kept for ever under an address that names their content;
/// and GET /credits/ui/{file}, an address that stays, to be asked for anew.
/// </summary>
internal static class UiEndpoints
{
    private const string Immutable = "public, max-age=31536000, immutable";

    public static void MapUi(this RouteGroupBuilder group)
    {
        // Code that everybody may have, whatever policy the app gives the group.
        var ui = group.MapGroup("/credits/ui").AllowAnonymous().ExcludeFromDescription();
        ui.MapGet("/{file}", (HttpContext context, string file) => Send(context, file == UiAssets.Module ? UiAssets.Entry : UiAssets.Find(file), "no-cache"));

        // While instances of two versions run, one is asked for the other's files: it gives its own, not to be kept.
        ui.MapGet("/{version}/{file}", (HttpContext context, string version, string file) => Send(context, UiAssets.Find(file), version == UiAssets.Version ? Immutable : "no-cache"))
            .WithMetadata(new UiMetadata());
    }

    private static IResult Send(HttpContext context, UiAsset? asset, string caching)
    {
        if (asset is null)
        {
            return TypedResults.NotFound();
        }

        var (bytes, encoding) = Choose(context.Request, asset);
        var headers = context.Response.Headers;
        headers.CacheControl = caching;
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.XContentTypeOptions = "nosniff";
        if (encoding is not null)
        {
            headers.ContentEncoding = encoding;
        }

        return TypedResults.Bytes(bytes, asset.ContentType, entityTag: new EntityTagHeaderValue($"\"{asset.Hash}-{encoding ?? "plain"}\""));
    }

    private static (byte[] Bytes, string? Encoding) Choose(HttpRequest request, UiAsset asset)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding;
        return Accepts("br") ? (asset.Brotli, "br") : Accepts("gzip") ? (asset.Gzip, "gzip") : (asset.Plain, null);

        bool Accepts(string name) => accepted.Any(candidate => candidate.Value.Equals(name, StringComparison.OrdinalIgnoreCase) && candidate.Quality is not 0);
    }
}
