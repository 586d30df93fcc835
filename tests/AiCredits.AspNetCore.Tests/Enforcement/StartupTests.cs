using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>No paid endpoint ever runs for free: the app doesn't start, or the request ends before the handler.</summary>
public sealed class StartupTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_paid_endpoint_without_UseAiCredits_stops_the_app() =>
        await RefusesAsync(use: _ => { }, map: app => app.MapPost("/x", [RequiresCredits("flux-dev")] () => "free"), "AIC1101: 'HTTP: POST /x", "Call it after UseAuthentication and UseAuthorization.");

    [Fact]
    public async Task All_faults_are_named_at_once() => await RefusesAsync(
        use: _ => { },
        map: app =>
        {
            app.MapPost("/minimal", [RequiresCredits("dall-e")] () => "free");
            app.MapGroup("/group").RequireCredits("midjourney").MapPost("/x", () => "free");
            app.MapControllers();
        },
        [typeof(PaidController)],
        "AIC1101: 'HTTP: POST /minimal", "AIC1102: 'HTTP: POST /minimal", "'dall-e'", "use one of: ", "AIC1102: 'HTTP: POST /group/x", "'midjourney'", "AIC1101: 'AiCredits.AspNetCore.Enforcement.PaidController.Fixed");

    [Fact]
    public async Task A_branch_is_looked_at_too() => await RefusesAsync(
        use: app => app.Map("/branch", branch =>
        {
            branch.UseRouting();
            branch.UseEndpoints(endpoints => endpoints.MapPost("/x", [RequiresCredits("dall-e")] () => "free"));
        }),
        map: _ => { },
        "AIC1101: 'HTTP: POST /x", "AIC1102: 'HTTP: POST /x");

    [Fact]
    public async Task A_short_circuited_paid_endpoint_stops_the_app() =>
        await RefusesAsync(UseAiCredits, app => app.MapPost("/x", [RequiresCredits("flux-dev")] () => "free").ShortCircuit(), "AIC1103: 'HTTP: POST /x");

    [Fact]
    public async Task A_paid_endpoint_whose_answers_are_cached_stops_the_app()
    {
        await RefusesAsync(UseAiCredits, app => app.MapGet("/x", [RequiresCredits("flux-dev")] () => "free").CacheOutput(), "AIC1107: 'HTTP: GET /x");
        await RefusesAsync(UseAiCredits, app => app.MapGet("/x", [RequiresCredits("flux-dev")] [OutputCache] () => "free"), "AIC1107: 'HTTP: GET /x");
    }

    [Fact]
    public async Task A_bound_price_that_nothing_reads_stops_the_app()
    {
        await RefusesAsync(UseAiCredits, app => app.MapPost("/x", [RequiresCredits(ModelFrom = "AiModel")] (ImageRequest request) => request), "AIC1104: 'HTTP: POST /x", "which only MVC actions can have");
        await RefusesAsync(UseAiCredits, app => app.MapPost("/x", () => "free").RequireCredits<ImageRequest>(request => request.AiModel), "AIC1104: 'HTTP: POST /x", "takes no such argument");
        await RefusesAsync(
            UseAiCredits,
            app =>
            {
                var group = app.MapGroup("/group").RequireCredits<ImageRequest>(request => request.AiModel);
                group.MapPost("/good", (ImageRequest request) => request);
                group.MapPost("/bad", () => "free");
            },
            "AIC1104: 'HTTP: POST /group/bad");
        await RefusesAsync(UseAiCredits, app => app.MapPost("/x", (RequestDelegate)(context => context.Response.WriteAsync("free"))).WithMetadata(new BoundByNobody()), "AIC1104: 'HTTP: POST /x", "nothing enforces it");
    }

    [Fact]
    public async Task An_action_whose_price_names_no_argument_stops_the_app() => await RefusesAsync(
        UseAiCredits,
        app => app.MapControllers(),
        [typeof(WrongController)],
        "AIC1104: 'AiCredits.AspNetCore.Enforcement.WrongController.Nowhere", "ModelFrom is 'Modell'", "AIC1104: 'AiCredits.AspNetCore.Enforcement.WrongController.NoNumber", "a whole number");

    [Fact]
    public async Task A_model_must_be_named_once()
    {
        await RefusesAsync(UseAiCredits, app => app.MapPost("/x", [RequiresCredits] () => "free"), "AIC1105: 'HTTP: POST /x");
        await RefusesAsync(UseAiCredits, app => app.MapPost("/x", [RequiresCredits("flux-dev", ModelFrom = "AiModel")] (ImageRequest request) => request), "AIC1105: 'HTTP: POST /x");
        await RefusesAsync(UseAiCredits, app => app.MapPost("/x", [RequiresCredits(CountFrom = "Count")] (ImageRequest request) => request), "AIC1105: 'HTTP: POST /x");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public async Task A_count_must_be_possible(int count) =>
        await RefusesAsync(UseAiCredits, app => app.MapPost("/x", () => "free").RequireCredits("flux-dev", count), "AIC1106: 'HTTP: POST /x");

    [Fact]
    public async Task A_lease_and_methods_must_make_sense()
    {
        await RefusesAsync(UseAiCredits, app => app.MapPost("/x", () => "free").RequireCredits("flux-dev", configure: options => options.Lease = TimeSpan.FromDays(31)), "AIC1108: 'HTTP: POST /x");
        await RefusesAsync(UseAiCredits, app => app.MapPost("/x", () => "free").RequireCredits("flux-dev", configure: options => options.Methods = []), "AIC1109: 'HTTP: POST /x");
    }

    [Fact]
    public async Task UseAiCredits_without_its_services_says_so()
    {
        await using var app = WebApplication.CreateBuilder().Build();

        Should.Throw<InvalidOperationException>(() => app.UseAiCredits()).Message.ShouldStartWith("AIC1100: ");
    }

    [Fact]
    public async Task Wrong_settings_stop_the_app_all_at_once()
    {
        var fault = await Should.ThrowAsync<OptionsValidationException>(() => TestApp.StartAsync(services: services => services.Configure<AiCreditsHttpOptions>(http =>
        {
            http.SignUpUrl = "";
            http.ProblemTypeBase = "problems";
            http.GuestCookieName = "a b";
            http.GuestCookieLifetime = TimeSpan.Zero;
            http.IPv6PrefixLength = 8;
            http.ResponseBufferLimit = -1;
            http.FingerprintHeader = "a b";
            http.WorkLimit = 0;
            http.RetryAfter = TimeSpan.Zero;
            http.KeepAnswersFor = TimeSpan.FromDays(31);
        })));

        fault.Failures.Select(failure => failure[..7]).ShouldBe(["AIC1150", "AIC1151", "AIC1152", "AIC1153", "AIC1154", "AIC1155", "AIC1156", "AIC1157", "AIC1158", "AIC1159"], ignoreOrder: true);
    }

    [Fact]
    public async Task Configuration_replaces_the_claims_that_name_accounts()
    {
        await using var app = await TestApp.StartAsync(services: services => services.Configure<AiCreditsHttpOptions>(http => http.AccountIdClaims.Add("tenant")));

        app.Services.GetRequiredService<IOptions<AiCreditsHttpOptions>>().Value.ClaimTypesInUse.ShouldBe(["tenant"]);
    }

    [Fact]
    public async Task UseAiCredits_before_UseRouting_is_500_before_the_handler()
    {
        var ran = false;
        await using var app = await StartAsync(
            web =>
            {
                web.UseAiCredits();
                web.UseRouting();
            },
            web => web.MapPost("/x", [RequiresCredits("flux-dev")] () => ran = true));

        (await FaultAsync(app, "/x")).ShouldStartWith("AIC1110: 'HTTP: POST /x");
        ran.ShouldBeFalse();
    }

    [Fact]
    public async Task A_branch_without_UseAiCredits_is_500_before_the_handler()
    {
        var ran = false;
        await using var app = await StartAsync(
            web =>
            {
                web.Map("/branch", branch =>
                {
                    branch.UseRouting();
                    branch.UseEndpoints(endpoints => endpoints.MapPost("/x", [RequiresCredits("flux-dev")] () => ran = true));
                });
                web.UseRouting();
                web.UseAiCredits();
            },
            _ => { });

        (await FaultAsync(app, "/branch/x")).ShouldStartWith("AIC1110: 'HTTP: POST /x");
        ran.ShouldBeFalse();
    }

    [Fact]
    public async Task An_endpoint_exchanged_behind_the_middleware_for_a_dearer_one_is_500_before_the_handler()
    {
        var ran = false;
        await using var app = await StartAsync(
            web =>
            {
                web.UseRouting();
                web.UseAiCredits();
                web.Use((context, next) =>
                {
                    context.Request.Path = "/dear";
                    context.SetEndpoint(null);
                    return next(context);
                });
                web.UseRouting();
            },
            web =>
            {
                web.MapPost("/cheap", [RequiresCredits("nano-banana")] () => "cheap");
                web.MapPost("/dear", [RequiresCredits("nano-banana-pro")] () => ran = true);
            });

        (await FaultAsync(app, "/cheap")).ShouldStartWith("AIC1110: 'HTTP: POST /dear");
        ran.ShouldBeFalse();
    }

    [Fact]
    public async Task UseAiCredits_called_twice_charges_once()
    {
        await using var app = await TestApp.StartAsync(map: web =>
        {
            web.UseAiCredits();
            web.MapPost("/x", [RequiresCredits("flux-dev")] () => "done");
        });

        using var response = await app.SendAsync(HttpMethod.Post, "/x", user: "ann");

        RefusalTests.One(response, "Credits-Charged").ShouldBe("1");
        (await RefusalTests.BalanceAsync(app, "ann")).ShouldBe(49);
    }

    [Fact]
    public async Task Authentication_after_UseAiCredits_is_500_instead_of_taking_users_for_guests()
    {
        var ran = false;
        await using var app = await StartAsync(
            web =>
            {
                web.UseRouting();
                web.UseAiCredits();
                web.UseAuthentication();
            },
            web => web.MapPost("/x", [RequiresCredits("flux-dev")] () => ran = true),
            services => services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie());

        (await FaultAsync(app, "/x")).ShouldStartWith("AIC1111: ");
        ran.ShouldBeFalse();
    }

    [Fact]
    public async Task Authorization_after_UseAiCredits_is_500_instead_of_taking_users_for_guests()
    {
        var ran = false;
        await using var app = await StartAsync(
            web =>
            {
                web.UseRouting();
                web.UseAuthentication();
                web.UseAiCredits();
                web.UseAuthorization();
            },
            web => web.MapPost("/x", [RequiresCredits("flux-dev")] [Authorize(AuthenticationSchemes = "header")] () => ran = true),
            services =>
            {
                services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("header", null);
                services.AddAuthorization();
            });

        (await FaultAsync(app, "/x")).ShouldStartWith("AIC1112: ");
        ran.ShouldBeFalse();
    }

    [Fact]
    public async Task A_user_signed_in_by_the_endpoints_own_scheme_is_charged()
    {
        await using var app = await StartAsync(
            web =>
            {
                web.UseRouting();
                web.UseAuthentication();
                web.UseAuthorization();
                web.UseAiCredits();
            },
            web => web.MapPost("/x", [RequiresCredits("flux-dev")] [Authorize(AuthenticationSchemes = "header")] () => "done"),
            services =>
            {
                services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("header", null);
                services.AddAuthorization();
            });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/x");
        request.Headers.Add("X-User", "ann");

        using var response = await app.GetTestClient().SendAsync(request, Stop);

        RefusalTests.One(response, "Credits-Charged").ShouldBe("1");
    }

    [Fact]
    public async Task A_preflight_is_answered_without_charge_wherever_cors_stands()
    {
        await using var app = await StartAsync(
            web =>
            {
                web.UseRouting();
                web.UseAiCredits();
                web.UseCors();
            },
            web => web.MapPost("/x", [RequiresCredits("flux-dev")] () => "done").RequireCors(policy => policy.AllowAnyOrigin().AllowAnyMethod()),
            services => services.AddCors());
        using var request = new HttpRequestMessage(HttpMethod.Options, "/x");
        request.Headers.Add("Origin", "https://elsewhere.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");

        using var response = await app.GetTestClient().SendAsync(request, Stop);

        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        response.Headers.Contains("RateLimit").ShouldBeFalse();
    }

    [Theory]
    [InlineData("HEAD", HttpStatusCode.MethodNotAllowed)]
    [InlineData("OPTIONS", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", HttpStatusCode.OK)]
    public async Task A_method_that_is_not_matched_is_not_charged(string method, HttpStatusCode status)
    {
        await using var app = await TestApp.StartAsync(
            services: services => MvcParts.Add(services, typeof(PaidController)),
            map: web =>
            {
                web.MapGet("/x", [RequiresCredits("flux-dev")] () => "done");
                web.MapControllers();
            });

        foreach (var path in new[] { "/x", "/mvc/get" })
        {
            using var response = await app.SendAsync(new HttpMethod(method), path, user: "ann");

            response.StatusCode.ShouldBe(status);
            response.Headers.Contains("Credits-Charged").ShouldBe(status == HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Only_the_methods_that_are_named_are_paid()
    {
        await using var app = await TestApp.StartAsync(map: web => web.MapMethods("/page", ["GET", "POST"], [RequiresCredits("flux-dev", Methods = ["post"])] (HttpContext context) => context.Request.Method));

        using var get = await app.SendAsync(HttpMethod.Get, "/page", user: "ann");
        using var post = await app.SendAsync(HttpMethod.Post, "/page", user: "ann");

        (await get.Content.ReadAsStringAsync(Stop)).ShouldBe("GET");
        get.Headers.Contains("Credits-Charged").ShouldBeFalse();
        RefusalTests.One(post, "Credits-Charged").ShouldBe("1");
    }

    [Fact]
    public async Task A_cache_for_the_whole_app_never_serves_a_paid_answer_twice()
    {
        var calls = 0;
        await using var app = await StartAsync(
            web =>
            {
                web.UseRouting();
                web.UseOutputCache();
                web.UseAiCredits();
            },
            web => web.MapGet("/x", [RequiresCredits("flux-dev")] () => ++calls),
            services => services.AddOutputCache(cache => cache.AddBasePolicy(policy => policy.Cache().AddPolicy<CacheEverything>())));

        using var first = await app.GetTestClient().GetAsync("/x", Stop);
        using var second = await app.GetTestClient().GetAsync("/x", Stop);

        calls.ShouldBe(2);
        RefusalTests.One(second, "RateLimit").ShouldStartWith("\"guest\";r=1;");
    }

    [Fact]
    public async Task A_paid_endpoint_reached_again_by_a_re_executed_pipeline_is_charged_again()
    {
        await using var app = await StartAsync(
            web =>
            {
                web.UseStatusCodePagesWithReExecute("/fallback");
                web.UseRouting();
                web.UseAiCredits();
            },
            web =>
            {
                web.MapPost("/x", [RequiresCredits("flux-dev")] () => Results.NotFound());
                web.MapPost("/fallback", [RequiresCredits("flux-dev")] () => Results.Json("instead", statusCode: 200));
            });

        using var response = await app.GetTestClient().PostAsync("/x", null, Stop);

        RefusalTests.One(response, "RateLimit").ShouldStartWith("\"guest\";r=2;");
    }

    [Fact]
    public async Task A_signed_in_user_without_an_account_is_500_and_no_guest()
    {
        await using var app = await StartAsync(
            web =>
            {
                web.Use((context, next) =>
                {
                    context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("email", "ann@example.com")], "test"));
                    return next(context);
                });
                web.UseRouting();
                web.UseAiCredits();
            },
            web => web.MapPost("/x", [RequiresCredits("flux-dev")] () => "free"));

        (await FaultAsync(app, "/x")).ShouldStartWith("AIC1120: ");
    }

    private static void UseAiCredits(WebApplication app) => app.UseAiCredits();

    private static Task RefusesAsync(Action<WebApplication> use, Action<WebApplication> map, params string[] expected) => RefusesAsync(use, map, [], expected);

    private static async Task RefusesAsync(Action<WebApplication> use, Action<WebApplication> map, Type[] controllers, params string[] expected)
    {
        var fault = await Should.ThrowAsync<InvalidOperationException>(async () =>
        {
            await using var app = await StartAsync(use, map, services => MvcParts.Add(services, controllers));
        });

        foreach (var text in expected)
        {
            fault.Message.ShouldContain(text);
        }
    }

    private static async Task<string> FaultAsync(WebApplication app, string path) =>
        (await Should.ThrowAsync<InvalidOperationException>(() => app.GetTestClient().PostAsync(path, null, Stop))).Message;

    private static async Task<WebApplication> StartAsync(Action<WebApplication> use, Action<WebApplication> map, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddAiCredits();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        use(app);
        map(app);
        await app.StartAsync(Stop);
        return app;
    }

    private sealed class BoundByNobody : IRequiresCreditsMetadata
    {
        public string? Model => null;

        public int Count => 1;

        public bool? AllowGuests => null;

        public bool Streams => false;

        public TimeSpan? Lease => null;

        public IReadOnlyList<string>? Methods => null;

        public bool IsBound => true;
    }

    private sealed class CacheEverything : IOutputCachePolicy
    {
        public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
        {
            context.EnableOutputCaching = true;
            context.AllowCacheLookup = true;
            context.AllowCacheStorage = true;
            return default;
        }

        public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => default;

        public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation) => default;
    }

    private sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, System.Text.Encodings.Web.UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Request.Headers["X-User"].FirstOrDefault() is { } user
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", user)], Scheme.Name)), Scheme.Name))
            : AuthenticateResult.NoResult());
    }
}
