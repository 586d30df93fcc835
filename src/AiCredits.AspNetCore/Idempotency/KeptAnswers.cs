using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using AiCredits.AspNetCore.Enforcement;
using AiCredits.AspNetCore.Problems;
using AiCredits.Idempotency;
using AiCredits.Ledger;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace AiCredits.AspNetCore.Idempotency;

/// <summary>Gives a request that is repeated with its <c>Idempotency-Key</c> the answer of the first, without running or charging it again.</summary>
/// <remarks>Thread-safe; a singleton.</remarks>
internal sealed partial class KeptAnswers(
    IResponseStore store,
    CreditProblems problems,
    IOptionsMonitor<AiCreditsOptions> options,
    IOptions<AiCreditsHttpOptions> httpOptions,
    ILogger<KeptAnswers> logger)
{
    public const string ReplayedHeader = "Idempotency-Replayed";

    // Of the connection and the moment, not of the answer; a cookie is for the one who got it first.
    private static readonly string[] NotKept = ["Connection", "Date", "Keep-Alive", "Server", "Set-Cookie", "Trailer", "Transfer-Encoding", "Upgrade"];

    private readonly TimeSpan keepFor = httpOptions.Value.KeepAnswersFor;
    private readonly string[] keptTypes = [.. httpOptions.Value.KeptAnswerTypesInUse];
    private readonly int limit = httpOptions.Value.KeptAnswerLimit;

    /// <summary>Claims a key for the request; null when it is the first with it, else the answer.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<IResult?> ClaimAsync(HttpContext context, CreditsFeature feature, AccountId account, string key)
    {
        if (keepFor == TimeSpan.Zero)
        {
            return null;
        }

        var hash = await HashAsync(context.Request, context.RequestAborted);
        var lease = feature.Metadata.Lease ?? LongestLease(feature.Metadata);

        // Cancelling would give up the wait but not the claim, and the key would look taken until its lease ends.
        switch (await store.ClaimAsync(account, key, hash, lease, CancellationToken.None))
        {
            case ResponseClaim.First:
                feature.Claim = new KeyClaim(account, key);
                return null;
            case ResponseClaim.Running:
                return problems.StillRunning(context);
            case ResponseClaim.Conflict:
                return problems.KeyReused(context);
            case ResponseClaim.Answered { Response: { Body: not null } response }:
                return new Replay(response);
            default:
                // The answer was too long to be kept; the ledger knows how its generation ended.
                return null;
        }
    }

    // The key must not come free while its generation may still run. Where the price is bound, the model isn't known yet.
    private TimeSpan LongestLease(IRequiresCreditsMetadata metadata)
    {
        var settings = options.CurrentValue;
        var longest = settings.Holds.Lease;
        foreach (var (id, model) in settings.Models)
        {
            if (model.Lease is { } lease && lease > longest && (metadata.IsBound || id == metadata.Model))
            {
                longest = lease;
            }
        }

        return longest;
    }

    /// <summary>Keeps the answer of the first request, before the client has it whole; without a body where that was passed on.</summary>
    public ValueTask KeepAsync(HttpContext context, CreditsFeature feature, ReadOnlyMemory<byte>? body)
    {
        if (feature.Claim is not { } claim)
        {
            return default;
        }

        feature.Claim = null;
        return KeepAsync(context, claim, body);
    }

    /// <summary>Gives the key up when the request was refused or has no answer to keep.</summary>
    public ValueTask AbandonAsync(CreditsFeature feature)
    {
        if (feature.Claim is not { } claim)
        {
            return default;
        }

        feature.Claim = null;
        return AbandonAsync(claim);
    }

    private async ValueTask KeepAsync(HttpContext context, KeyClaim claim, ReadOnlyMemory<byte>? body)
    {
        var headers = context.Response.Headers
            .Where(header => !NotKept.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
            .SelectMany(header => header.Value, (header, value) => KeyValuePair.Create(header.Key, value ?? ""))
            .ToArray();
        var copy = body is { } whole && IsKept(context.Response.ContentType, whole.Length) ? whole.ToArray() : default(ReadOnlyMemory<byte>?);
        var response = new StoredResponse(context.Response.StatusCode, headers, copy);
        try
        {
            await store.CompleteAsync(claim.Account, claim.Key, response, keepFor, CancellationToken.None);
        }
        catch (LedgerUnavailableException exception)
        {
            NotKeptNow(claim.Key, exception);
        }
    }

    // An answer without a body says all in its head.
    /// <summary>True when a whole answer of that type and length is kept, for a client that repeats its request.</summary>
    public bool IsKept(string? contentType, int length) => length == 0
        || (length <= limit && MediaTypeHeaderValue.TryParse(contentType, out var type) && keptTypes.Any(kept => type.IsSubsetOf(MediaTypeHeaderValue.Parse(kept))));

    private async ValueTask AbandonAsync(KeyClaim claim)
    {
        try
        {
            await store.AbandonAsync(claim.Account, claim.Key, CancellationToken.None);
        }
        catch (LedgerUnavailableException exception)
        {
            NotKeptNow(claim.Key, exception);
        }
    }

    private static async ValueTask<byte[]> HashAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        request.EnableBuffering();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method}\n{request.PathBase}{request.Path}{request.QueryString}\n{request.ContentType}\n"));
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            while (await request.Body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                hash.AppendData(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        request.Body.Position = 0;
        return hash.GetHashAndReset();
    }

    [LoggerMessage(1130, LogLevel.Warning, "The answer under the Idempotency-Key {Key} could not be kept; a repeated request is told how the generation ended.")]
    private partial void NotKeptNow(string key, Exception exception);

    private sealed class Replay(StoredResponse response) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = response.Status;
            foreach (var header in response.Headers.GroupBy(header => header.Key, header => header.Value))
            {
                httpContext.Response.Headers[header.Key] = header.ToArray();
            }

            httpContext.Response.Headers[ReplayedHeader] = "true";
            if (response.Body is { Length: > 0 } body)
            {
                await httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted);
            }
        }
    }
}
