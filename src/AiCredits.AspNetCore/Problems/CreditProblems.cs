using System.Globalization;
using AiCredits.Guests;
using AiCredits.Ledger;
using AiCredits.Metering;
using AiCredits.Pricing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Problems;

/// <summary>Every refusal as RFC 9457 problem details, each with a stable type and what a front end needs to go on.</summary>
internal sealed class CreditProblems(
    IPricingTable pricing,
    IOptionsMonitor<AiCreditsOptions> options,
    IOptions<AiCreditsHttpOptions> httpOptions,
    TimeProvider clock)
{
    private readonly AiCreditsHttpOptions http = httpOptions.Value;

    /// <summary>The answer to an admission that is not one.</summary>
    public IResult Refused(HttpContext context, Admission admission) => admission switch
    {
        Admission.InsufficientCredits refused => InsufficientCredits(context, refused),
        Admission.FairUseReached reached => FairUseReached(context, reached),
        Admission.GuestLimitReached reached => GuestLimitReached(context, reached.Usage),
        Admission.SignInRequired => SignInRequired(context),
        Admission.AccountFrozen => Problem(context, StatusCodes.Status403Forbidden, "account-frozen", "The account is frozen", "The account is closed to new generations. Ask support why."),
        Admission.NotAMember => NotAMember(context),
        Admission.MemberCapReached reached => MemberCapReached(context, reached),
        Admission.KeyConflict => KeyReused(context),
        // The limiter doesn't tell how a guest's generation ended.
        Admission.Replayed { Finished: null, Ticket.Caller: Caller.Guest } replayed => Ended(context, replayed.Ticket.Id),
        Admission.Replayed { Finished: null } replayed => StillRunning(context, replayed.Ticket.Id),
        Admission.Replayed { Finished: { } finished } => Ended(context, finished.Id, finished),
        _ => throw new ArgumentException($"{admission.GetType().Name} is no refusal.", nameof(admission)),
    };

    public IResult SignInRequired(HttpContext context) => Problem(
        context,
        StatusCodes.Status401Unauthorized,
        "sign-in-required",
        "Sign in first",
        options.CurrentValue.WelcomeCredits.IsZero ? "Guests can't do this. Sign in, or sign up." : $"Guests can't do this. Sign in, or sign up and get {Amount(options.CurrentValue.WelcomeCredits)}.",
        ("signUpUrl", AiCreditsHttpOptions.ToClient(context, http.SignUpUrl)),
        ("welcomeCredits", options.CurrentValue.WelcomeCredits));

    public IResult NotAMember(HttpContext context) => Problem(
        context,
        StatusCodes.Status403Forbidden,
        "not-a-member",
        "You are not a member of the team",
        "The team's credits are for its members. Ask whoever manages the team to add you.");

    public IResult UnknownModel(HttpContext context, string? model) => Problem(
        context,
        StatusCodes.Status400BadRequest,
        "unknown-model",
        "There is no such model",
        string.IsNullOrEmpty(model) ? "The request names no model. Use one of allowedModels." : $"'{Shorten(model)}' is no model. Use one of allowedModels.",
        ("allowedModels", AllModels()));

    public IResult BadCount(HttpContext context, long count) => Problem(
        context,
        StatusCodes.Status400BadRequest,
        "invalid-count",
        "The count is out of range",
        string.Create(CultureInfo.InvariantCulture, $"{count} results were asked for. Ask for 1 to {options.CurrentValue.MaxCount}."),
        ("minimum", 1),
        ("maximum", options.CurrentValue.MaxCount));

    public IResult BadRequest(HttpContext context, string type, string title, string detail, params (string Name, object? Value)[] members) =>
        Problem(context, StatusCodes.Status400BadRequest, type, title, detail, members);

    public IResult NotFound(HttpContext context, string detail) =>
        Problem(context, StatusCodes.Status404NotFound, "not-found", "There is no such thing", detail);

    public IResult Forbidden(HttpContext context, string type, string title, string detail) =>
        Problem(context, StatusCodes.Status403Forbidden, type, title, detail);

    public IResult Conflict(HttpContext context, string type, string title, string detail, params (string Name, object? Value)[] members) =>
        Problem(context, StatusCodes.Status409Conflict, type, title, detail, members);

    public IResult LedgerUnavailable(HttpContext context, LedgerUnavailableException exception)
    {
        RetryAfter(context, exception.RetryAfter ?? http.RetryAfter);
        return Problem(
            context,
            StatusCodes.Status503ServiceUnavailable,
            "ledger-unavailable",
            "Credits can't be checked right now",
            "Nothing was generated and nothing was charged. Try again in a moment.");
    }

    public IResult TooManyRequests(HttpContext context, TimeSpan? retryAfter)
    {
        RetryAfter(context, retryAfter ?? http.RetryAfter);
        return Problem(context, StatusCodes.Status429TooManyRequests, "too-many-requests", "Too many requests", "Slow down, and try again after the time in Retry-After.");
    }

    public IResult GuestLimitReached(HttpContext context, GuestUsage usage)
    {
        var now = UtcMicroseconds.Now(clock);
        if (usage.ResetsAt is { } resetsAt)
        {
            RetryAfter(context, resetsAt - now);
        }

        RateLimitHeaders.Write(context.Response.Headers, usage, now);
        return Problem(
            context,
            StatusCodes.Status429TooManyRequests,
            "guest-limit-reached",
            "The free generations are used up",
            GuestDetail(usage),
            ("limit", usage.Limit),
            ("remaining", usage.Remaining),
            ("resetsAt", usage.ResetsAt),
            ("signUpUrl", AiCreditsHttpOptions.ToClient(context, http.SignUpUrl)),
            ("welcomeCredits", options.CurrentValue.WelcomeCredits));
    }

    private CreditProblemResult FairUseReached(HttpContext context, Admission.FairUseReached reached)
    {
        RetryAfter(context, reached.ResetsAt - UtcMicroseconds.Now(clock));
        return Problem(
            context,
            StatusCodes.Status429TooManyRequests,
            "fair-use-limit-reached",
            "The fair-use limit is reached",
            $"The plan allows {Amount(reached.Limit)} worth of generations for now. Try again after the time in Retry-After, or buy a pack to go on.",
            ("limit", reached.Limit),
            ("resetsAt", reached.ResetsAt),
            ("packsUrl", AiCreditsHttpOptions.ToClient(context, http.PacksUrl)));
    }

    /// <summary>The price of an endpoint's own model was taken off the list while the app runs: not the client's fault.</summary>
    public IResult ModelUnavailable(HttpContext context)
    {
        RetryAfter(context, http.RetryAfter);
        return Problem(context, StatusCodes.Status503ServiceUnavailable, "model-unavailable", "The model is not available", "This model has been taken off the list. Try again later, or use another one.");
    }

    public IResult KeyReused(HttpContext context) => Problem(
        context,
        StatusCodes.Status422UnprocessableEntity,
        "idempotency-key-reused",
        "The idempotency key was used for another request",
        "Use a new key for a new request, or repeat the first request as it was.");

    public IResult StillRunning(HttpContext context, Guid? generationId = null)
    {
        RetryAfter(context, http.RetryAfter);
        return Problem(
            context,
            StatusCodes.Status409Conflict,
            "request-in-progress",
            "The first request still runs",
            "A request with this Idempotency-Key is being worked on, and nothing was charged for this one. Wait for the first one's answer.",
            generationId is null ? [] : [("generationId", generationId)]);
    }

    private CreditProblemResult Ended(HttpContext context, Guid generationId, Generation? finished = null) => Problem(
        context,
        StatusCodes.Status409Conflict,
        "request-ended",
        "The request was made before",
        "A request with this Idempotency-Key was made before and its answer is not kept. Nothing was charged for this one. Use a new key to generate again.",
        finished is null
            ? [("generationId", generationId)]
            : [("generationId", generationId), ("generationStatus", finished.Status.ToString().ToLowerInvariant()), ("charged", finished.Charged)]);

    private CreditProblemResult InsufficientCredits(HttpContext context, Admission.InsufficientCredits refused)
    {
        if (refused.Retryable)
        {
            RetryAfter(context, http.RetryAfter);
        }

        return Problem(
            context,
            StatusCodes.Status402PaymentRequired,
            "insufficient-credits",
            "Not enough credits",
            refused.Retryable
                ? $"This costs {Amount(refused.Required)} and {Amount(refused.Available)} can be spent; {Amount(refused.Held)} are set aside for generations that still run. Try again when they have ended."
                : $"This costs {Amount(refused.Required)} and {Amount(refused.Available)} can be spent. Buy a pack, or use a model that the balance can pay for.",
            ("required", refused.Required),
            ("available", refused.Available),
            ("held", refused.Held),
            ("retryable", refused.Retryable),
            ("packsUrl", AiCreditsHttpOptions.ToClient(context, http.PacksUrl)),
            ("affordableModels", AffordableModels(refused.Available)));
    }

    // Not something to buy one's way out of, and not a matter of moments: resetsAt says when.
    private CreditProblemResult MemberCapReached(HttpContext context, Admission.MemberCapReached reached) => Problem(
        context,
        StatusCodes.Status402PaymentRequired,
        "member-cap-reached",
        "Your share of the team's credits is used up",
        $"This costs {Amount(reached.Required)}; {Amount(Credits.Max(reached.Cap - reached.Used, Credits.Zero))} of your {Amount(reached.Cap)} a {(reached.Window == MemberCap.Day ? "day" : "month")} are left. Ask whoever manages the team for more, or wait until it counts anew.",
        ("window", reached.Window.ToString().ToLowerInvariant()),
        ("required", reached.Required),
        ("cap", reached.Cap),
        ("used", reached.Used),
        ("resetsAt", reached.ResetsAt));

    /// <summary>Says when to try again where nobody knows better.</summary>
    public void RetryLater(HttpContext context) => RetryAfter(context, http.RetryAfter);

    /// <summary>Any refusal, for features that keep theirs beside their endpoints.</summary>
    public CreditProblemResult Problem(HttpContext context, int status, string type, string title, string detail, params (string Name, object? Value)[] members)
    {
        context.Response.Headers.CacheControl = "no-store";
        CreditHeaders.WriteTime(context.Response, clock);
        var problem = new ProblemDetails
        {
            Type = $"{http.ProblemTypeBase.TrimEnd('/')}/{type}",
            Title = title,
            Status = status,
            Detail = detail,
        };
        foreach (var (name, value) in members)
        {
            problem.Extensions[name] = value;
        }

        return new CreditProblemResult(problem);
    }

    private string GuestDetail(GuestUsage usage)
    {
        var welcome = options.CurrentValue.WelcomeCredits is { IsZero: false } credits ? $" and get {Amount(credits)}" : "";
        return usage.Remaining == 0
            ? string.Create(CultureInfo.InvariantCulture, $"Guests have {usage.Limit} free generations in {usage.Window.TotalHours:0.##} hours. Sign up{welcome}, or come back later.")
            : string.Create(CultureInfo.InvariantCulture, $"{usage.Remaining} of {usage.Limit} free generations are left. Ask for fewer results, or sign up{welcome}.");
    }

    private string[] AllModels() => [.. pricing.Models.Select(model => model.Id)];

    private string[] AffordableModels(Credits available) => [.. pricing.Models.Where(model => model.Price <= available).Select(model => model.Id)];

    private static void RetryAfter(HttpContext context, TimeSpan after) =>
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private static string Amount(Credits credits) => credits == 1 ? "1 credit" : $"{credits} credits";

    private static string Shorten(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
