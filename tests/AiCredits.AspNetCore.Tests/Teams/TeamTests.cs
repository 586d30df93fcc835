using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using AiCredits.Ledger;
using AiCredits.Teams;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.AspNetCore.Teams;

public sealed class TeamTests
{
    private static readonly AccountId Team = new("team");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_members_cap_is_402_with_what_is_used_and_when_it_resets_and_nobody_elses_business()
    {
        await using var app = await StartAsync();
        await SetAsync(app, "ann", new MemberCaps(Daily: 1));
        await SetAsync(app, "bob", new MemberCaps());

        (await PostAsync(app, "ann")).Status.ShouldBe(HttpStatusCode.OK);
        var (status, body) = await PostAsync(app, "ann");

        status.ShouldBe(HttpStatusCode.PaymentRequired);
        ((string)body!["type"]!).ShouldEndWith("/member-cap-reached");
        ((string)body["window"]!).ShouldBe("day");
        ((decimal)body["required"]!).ShouldBe(1);
        ((decimal)body["cap"]!).ShouldBe(1);
        ((decimal)body["used"]!).ShouldBe(1);
        ((DateTime)body["resetsAt"]!).ToUniversalTime().ShouldBe(new DateTime(2026, 11, 2, 0, 0, 0, DateTimeKind.Utc));
        (await PostAsync(app, "bob")).Status.ShouldBe(HttpStatusCode.OK);

        var credits = await GetAsync(app, "ann", "/api/credits");
        ((decimal)credits["credits"]!["balance"]!).ShouldBe(98);
        ((decimal)credits["member"]!["dailyCap"]!).ShouldBe(1);
        ((decimal)credits["member"]!["usedToday"]!).ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_is_no_member_neither_spends_nor_sees_and_is_not_taken_for_a_person()
    {
        await using var app = await StartAsync();

        (await PostAsync(app, "eve")).ShouldSatisfyAllConditions(
            answer => answer.Status.ShouldBe(HttpStatusCode.Forbidden),
            answer => ((string)answer.Body!["type"]!).ShouldEndWith("/not-a-member"));
        foreach (var path in (string[])["/api/credits", "/api/credits/transactions", "/api/credits/generations", "/api/credit-models"])
        {
            using var response = await SendAsync(app, HttpMethod.Get, "eve", path);
            response.StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
        }

        // The team has had no welcome credits: 100 were granted.
        (await app.Store.GetAccountAsync(Team, Cancel)).State.Issued.ShouldBe(100);
    }

    [Fact]
    public async Task A_member_sees_own_generations_and_not_those_of_colleagues()
    {
        await using var app = await StartAsync();
        await SetAsync(app, "ann", new MemberCaps());
        await SetAsync(app, "bob", new MemberCaps());
        await PostAsync(app, "ann");
        await PostAsync(app, "bob");

        var own = (JsonArray)(await GetAsync(app, "ann", "/api/credits/generations"))["items"]!;
        var others = (JsonArray)(await GetAsync(app, "bob", "/api/credits/generations"))["items"]!;

        own.Count.ShouldBe(1);
        using var foreign = await SendAsync(app, HttpMethod.Get, "ann", $"/api/credits/generations/{others[0]!["id"]}");
        foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var mine = await SendAsync(app, HttpMethod.Get, "ann", $"/api/credits/generations/{own[0]!["id"]}");
        mine.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Managers_list_set_and_remove_the_members_of_their_own_team_and_others_are_kept_out()
    {
        await using var app = await StartAsync();
        await SetAsync(app, "owner", new MemberCaps());
        await SetAsync(app, "ann", new MemberCaps());

        using (var set = await SendAsync(app, HttpMethod.Put, "owner", "/api/credits/members/ann", new { dailyCap = 2.5, monthlyCap = 20, reason = "trial" }))
        {
            set.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var members = (JsonArray)JsonNode.Parse(await (await SendAsync(app, HttpMethod.Get, "owner", "/api/credits/members")).Content.ReadAsStringAsync(Cancel))!;
        members.Select(member => (string)member!["id"]!).ShouldBe(["ann", "owner"]);
        ((decimal)members[0]!["dailyCap"]!).ShouldBe(2.5m);
        var entry = (await app.Store.GetEntriesAsync(new EntryQuery(Team) { Kinds = [EntryKind.Member], Limit = 1 }, Cancel)).Single();
        (entry.Actor, entry.Description).ShouldBe(("owner", "trial"));

        foreach (var (method, path) in ((HttpMethod, string)[])[(HttpMethod.Get, "/api/credits/members"), (HttpMethod.Put, "/api/credits/members/eve"), (HttpMethod.Delete, "/api/credits/members/owner")])
        {
            using var refused = await SendAsync(app, method, "ann", path, method == HttpMethod.Put ? new { } : null);
            refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        using (var bad = await SendAsync(app, HttpMethod.Put, "owner", "/api/credits/members/ann", new { dailyCap = -1 }))
        {
            bad.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }

        using (var removed = await SendAsync(app, HttpMethod.Delete, "owner", "/api/credits/members/ann"))
        {
            removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        using (var again = await SendAsync(app, HttpMethod.Delete, "owner", "/api/credits/members/ann"))
        {
            again.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }

        (await PostAsync(app, "ann")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("POST", "/api/credits/subscribe")]
    [InlineData("POST", "/api/credits/subscription/change")]
    [InlineData("POST", "/api/credits/subscription/cancel")]
    [InlineData("POST", "/api/credits/subscription/reactivate")]
    [InlineData("POST", "/api/credits/top-up")]
    [InlineData("DELETE", "/api/credits/top-up")]
    [InlineData("GET", "/api/credits/portal")]
    public async Task What_the_team_pays_for_is_for_those_to_change_whom_a_policy_names(string method, string path)
    {
        await using var closed = await StartAsync();
        await using var app = await StartAsync("owners");
        foreach (var one in (TeamApp[])[closed, app])
        {
            await SetAsync(one, "owner", new MemberCaps());
            await SetAsync(one, "ann", new MemberCaps());
        }

        (await TypeAsync(closed, "owner")).ShouldEndWith("/team-billing");
        (await TypeAsync(app, "ann")).ShouldEndWith("/team-billing");
        (await TypeAsync(app, "owner")).ShouldNotEndWith("/team-billing");

        async Task<string> TypeAsync(TeamApp one, string user)
        {
            using var response = await SendAsync(one, new HttpMethod(method), user, path, method == "POST" ? new { planId = "nothing" } : null);
            return response.Content.Headers.ContentType?.MediaType == "application/problem+json" ? (string)JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["type"]! : "";
        }
    }

    private static async Task<TeamApp> StartAsync(string? billingPolicy = null)
    {
        var app = await TeamApp.StartAsync(billingPolicy);
        await app.Store.ExecuteAsync(new GrantCommand(Team, GrantKind.Purchase, 100) { Key = "bought" }, Cancel);
        return app;
    }

    private static async Task SetAsync(TeamApp app, string member, MemberCaps caps) =>
        await app.Services.GetRequiredService<CreditTeams>().SetAsync(Team, member, caps, $"set {member}", cancellationToken: Cancel);

    private static async Task<(HttpStatusCode Status, JsonNode? Body)> PostAsync(TeamApp app, string user)
    {
        using var response = await SendAsync(app, HttpMethod.Post, user, "/flux");
        var text = await response.Content.ReadAsStringAsync(Cancel);
        return (response.StatusCode, response.IsSuccessStatusCode ? null : JsonNode.Parse(text));
    }

    private static async Task<JsonNode> GetAsync(TeamApp app, string user, string path)
    {
        using var response = await SendAsync(app, HttpMethod.Get, user, path);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
    }

    private static async Task<HttpResponseMessage> SendAsync(TeamApp app, HttpMethod method, string user, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("X-User", user);
        return await app.Client.SendAsync(request, Cancel);
    }

    /// <summary>An app whose users sign in with a header and all belong to one team; its owner manages it.</summary>
    private sealed class TeamApp : IAsyncDisposable
    {
        private readonly WebApplication app;

        private TeamApp(WebApplication app) => (this.app, Client) = (app, app.GetTestClient());

        public HttpClient Client { get; }

        public IServiceProvider Services => app.Services;

        public ICreditStore Store => Services.GetRequiredService<ICreditStore>();

        public static async Task<TeamApp> StartAsync(string? billingPolicy)
        {
            var builder = WebApplication.CreateBuilder();
            builder.WebHost.UseTestServer();
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider(TestApp.Start));
            builder.Services.AddAiCredits(configureHttp: http =>
            {
                http.TeamAccountClaim = "team";
                http.TeamBillingPolicy = billingPolicy;
            });
            builder.Services.AddAuthentication("header").AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("header", null);
            builder.Services.AddAuthorizationBuilder().AddPolicy("owners", policy => policy.RequireClaim(ClaimTypes.NameIdentifier, "owner"));
            var app = builder.Build();
            app.UseAuthentication();
            app.UseAuthorization();
            app.UseAiCredits();
            app.MapAiCredits();
            app.MapAiCreditsTeam("owners");
            app.MapPost("/flux", [RequiresCredits("flux-dev")] () => "done");
            await app.StartAsync(Cancel);
            return new TeamApp(app);
        }

        public ValueTask DisposeAsync()
        {
            Client.Dispose();
            return app.DisposeAsync();
        }
    }

    private sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Request.Headers["X-User"].FirstOrDefault() is { } user
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user), new Claim("team", Team.Value)], "header")), "header"))
            : AuthenticateResult.NoResult());
    }
}
