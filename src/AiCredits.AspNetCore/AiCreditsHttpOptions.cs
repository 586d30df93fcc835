using System.Security.Claims;
using AiCredits.AspNetCore.Live;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore;

/// <summary>
/// Settings of the HTTP layer, bound from the configuration section <c>AiCredits:Http</c>. Read once: wrong settings stop
/// the app at start-up, a change needs a restart.
/// </summary>
public sealed class AiCreditsHttpOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "AiCredits:Http";

    /// <summary>Where a guest signs up; told in 401 and 429 answers. A path gets the request's path base. Default <c>/account/register</c>.</summary>
    public string SignUpUrl { get; set; } = "/account/register";

    /// <summary>Where packs are listed; told in 402 answers. A path gets the request's path base. Default <c>/api/credit-packs</c>.</summary>
    public string PacksUrl { get; set; } = "/api/credit-packs";

    /// <summary>
    /// Where a buyer comes back to when the page that began the purchase doesn't say: <c>purchase</c> and <c>checkout</c>
    /// (<c>success</c> or <c>cancelled</c>) are added as query parameters. A path gets the request's path base. Default <c>/</c>.
    /// </summary>
    public string ReturnUrl { get; set; } = "/";

    /// <summary>
    /// Other origins whose pages may begin purchases and be returned to, such as <c>https://app.example.com</c>. Default
    /// none: the app's own only. Their scripts need the app's CORS policy as well.
    /// </summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>
    /// What the <c>type</c> of every problem starts with. It names problems and need not lead anywhere; the part after
    /// it (<c>/insufficient-credits</c> and so on) is stable. Default <c>https://aicredits.dev/problems</c>.
    /// </summary>
    public string ProblemTypeBase { get; set; } = "https://aicredits.dev/problems";

    /// <summary>False to let guests generate only where an endpoint says so itself. Default true.</summary>
    public bool AllowGuests { get; set; } = true;

    /// <summary>The name of the guest's cookie. Default <c>aicredits.guest</c>.</summary>
    public string GuestCookieName { get; set; } = "aicredits.guest";

    /// <summary>How long the guest's cookie lives. Default 365 days.</summary>
    public TimeSpan GuestCookieLifetime { get; set; } = TimeSpan.FromDays(365);

    /// <summary>A request header that carries a fingerprint of the client, a third signal; null for none. Default null.</summary>
    public string? FingerprintHeader { get; set; }

    /// <summary>How many bits of an IPv6 address name one client network. Default 64.</summary>
    public int IPv6PrefixLength { get; set; } = 64;

    /// <summary>
    /// True to let a generation run uncharged when the ledger can't be reached. Default false: the answer is 503, since
    /// free work for as long as a database is down costs real money.
    /// </summary>
    public bool FailOpen { get; set; }

    /// <summary>How many bytes of an answer are kept back until its generation is settled. Default 1 MiB; a longer answer is sent on, but for its end.</summary>
    public int ResponseBufferLimit { get; set; } = 1024 * 1024;

    /// <summary>How long the answer to a request with an <c>Idempotency-Key</c> is kept, to be given again to a repeated request of the same user. Default 24 hours; 0 keeps none.</summary>
    public TimeSpan KeepAnswersFor { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The longest answer that is kept, in bytes; a longer one is not, and a repeat is told how its generation ended. Never more than <see cref="ResponseBufferLimit"/>. Default 1 MiB.</summary>
    public int KeptAnswerLimit { get; set; } = 1024 * 1024;

    /// <summary>Which answers are kept, by content type: <c>image/png</c>, <c>image/*</c>, <c>*/*</c>. Default empty: JSON and plain text.</summary>
    public IList<string> KeptAnswerTypes { get; } = [];

    /// <summary>What <c>Retry-After</c> says where waiting helps but nobody knows how long. Default 5 seconds.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The claim types in which the account id is looked for, in order. Default empty: the name identifier, then <c>sub</c>.</summary>
    public IList<string> AccountIdClaims { get; } = [];

    /// <summary>
    /// Names the account that a request is charged to, a team's account for instance, in place of the claims; an answer of
    /// null makes the caller a guest. Called from many threads. Default null.
    /// </summary>
    public Func<HttpContext, ValueTask<AccountId?>>? ResolveAccount { get; set; }

    /// <summary>
    /// The claim that names the shared account of the user's team, set by the app at sign-in. A user who has it spends from
    /// that account, as the member that the account id claims name. Ignored where <see cref="ResolveAccount"/> is set. Default null.
    /// </summary>
    public string? TeamAccountClaim { get; set; }

    /// <summary>
    /// Names the member of the account that <see cref="ResolveAccount"/> named, whose caps count; null where that account is
    /// one person's. Called from many threads. Default null.
    /// </summary>
    public Func<HttpContext, ValueTask<string?>>? ResolveMember { get; set; }

    /// <summary>
    /// The authorization policy that a member of a shared account must meet to do what spends the team's money at the
    /// payment provider: subscribe, change or cancel the plan, turn the automatic top-up on or off, open the portal. Default
    /// null: no member may (403 <c>/team-billing</c>).
    /// </summary>
    public string? TeamBillingPolicy { get; set; }

    /// <summary>How many calls of one user or client network endpoints with the work limit take at once. Default 10.</summary>
    public int WorkLimit { get; set; } = 10;

    /// <summary>In what time that many calls come back. Default one minute.</summary>
    public TimeSpan WorkWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Where the built-in simulation keeps its payments, so that they outlive a restart: a folder for it alone, below the
    /// content root unless it is absolute, used by one process at a time. Default null: in memory.
    /// </summary>
    public string? SimulatedPaymentsFolder { get; set; }

    /// <summary>
    /// The authorization policy that admins must meet, for the admin endpoints, the dashboard and analytics. Default null:
    /// all of them are closed to everyone, unless a policy is named where they are mapped.
    /// </summary>
    public string? AdminPolicy { get; set; }

    /// <summary>How pages are told of changes as they happen.</summary>
    public LiveOptions Live { get; } = new();

    /// <summary>True when callers may be members of a shared account.</summary>
    internal bool HasTeams => TeamAccountClaim is not null || ResolveMember is not null;

    internal IEnumerable<string> KeptAnswerTypesInUse => KeptAnswerTypes.Count > 0 ? KeptAnswerTypes : ["application/json", "application/*+json", "text/plain"];

    // Not the value of AccountIdClaims from the start: what configuration binds to a list comes after what is there.
    internal IEnumerable<string> ClaimTypesInUse => AccountIdClaims.Count > 0 ? AccountIdClaims : [ClaimTypes.NameIdentifier, "sub"];

    // A path is the app's own, and the app may live below a path base that only the request knows.
    internal static string ToClient(HttpContext context, string url) =>
        context.Request.PathBase.HasValue && url.StartsWith('/') && !url.StartsWith("//", StringComparison.Ordinal) ? context.Request.PathBase.Value + url : url;
}
