using System.Net;
using AiCredits.AspNetCore.Enforcement;
using AiCredits.Guests;
using AiCredits.Metering;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiCredits.AspNetCore.Identity;

/// <summary>Guests are known by cookie and network; neither alone buys a fresh start.</summary>
public sealed class GuestTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clearing_the_cookie_buys_nothing()
    {
        await using var app = await StartAsync();
        for (var use = 0; use < 3; use++)
        {
            (await GenerateAsync(app, address: "192.0.2.7")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        (await GenerateAsync(app, address: "192.0.2.7")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await GenerateAsync(app, address: "192.0.2.8")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Changing_the_address_buys_nothing()
    {
        await using var app = await StartAsync();
        var cookie = RefusalTests.Cookie(await GenerateAsync(app, address: "192.0.2.1"));
        await GenerateAsync(app, address: "192.0.2.2", cookie: cookie);
        await GenerateAsync(app, address: "2001:db8::1", cookie: cookie);

        (await GenerateAsync(app, address: "2001:db8:5::1", cookie: cookie)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Another_address_of_the_same_ipv6_network_buys_nothing()
    {
        await using var app = await StartAsync();
        for (var use = 1; use <= 3; use++)
        {
            (await GenerateAsync(app, address: $"2001:db8::{use}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        (await GenerateAsync(app, address: "2001:db8::4")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task The_cookie_is_closed_to_scripts_and_sent_only_when_a_guest_generates()
    {
        await using var app = await StartAsync(options => options.Guests.Limit = 1);

        using var look = await app.GetAsync("/api/credits");
        using var first = await GenerateAsync(app);
        using var again = await GenerateAsync(app, address: "192.0.2.9", cookie: RefusalTests.Cookie(first));
        using var refused = await GenerateAsync(app);
        using var user = await app.SendAsync(HttpMethod.Post, "/x", user: "ann");

        var cookie = RefusalTests.One(first, "Set-Cookie");
        cookie.ShouldStartWith("aicredits.guest=");
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=lax");
        cookie.ShouldContain("max-age=31536000");
        cookie.ShouldContain("path=/");
        cookie.ShouldNotContain("secure");
        foreach (var other in new[] { look, again, refused, user })
        {
            other.Headers.Contains("Set-Cookie").ShouldBeFalse();
        }
    }

    [Fact]
    public async Task The_cookie_is_secure_on_https()
    {
        await using var app = await StartAsync();

        var context = await app.InvokeAsync("/x", request => request.Scheme = "https");

        context.Response.Headers.SetCookie.ToString().ShouldContain("; secure");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("c.")]
    [InlineData("c.nonsense")]
    [InlineData("CfDJ8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    public async Task A_forged_cookie_makes_a_new_guest(string value)
    {
        await using var app = await StartAsync();

        using var response = await GenerateAsync(app, cookie: "aicredits.guest=" + value);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        RefusalTests.Cookie(response).ShouldNotBe("aicredits.guest=" + value);
    }

    [Fact]
    public async Task A_cookie_protected_for_another_purpose_makes_a_new_guest()
    {
        await using var app = await StartAsync();
        var foreign = app.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("another").Protect("0123456789abcdef0123456789abcdef");

        using var response = await GenerateAsync(app, cookie: "aicredits.guest=" + foreign);

        response.Headers.Contains("Set-Cookie").ShouldBeTrue();
    }

    [Fact]
    public async Task A_fingerprint_counts_where_the_options_name_its_header()
    {
        await using var app = await StartAsync(http: options => options.FingerprintHeader = "X-Fingerprint");

        for (var use = 1; use <= 4; use++)
        {
            var context = await app.InvokeAsync("/x", request =>
            {
                request.Headers["X-Address"] = $"192.0.2.{use}";
                request.Headers["X-Fingerprint"] = "canvas-1";
            });
            context.Response.StatusCode.ShouldBe(use <= 3 ? 200 : 429);
        }
    }

    [Fact]
    public async Task The_whole_site_may_have_a_limit()
    {
        await using var app = await StartAsync(options => options.Guests.SiteLimit = 2);

        (await GenerateAsync(app, address: "192.0.2.1")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await GenerateAsync(app, address: "192.0.2.2")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await GenerateAsync(app, address: "192.0.2.3")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Subjects_hold_no_address_and_hang_on_the_key()
    {
        var one = await SubjectsAsync("a-secret-of-at-least-thirty-two-characters");
        var same = await SubjectsAsync("a-secret-of-at-least-thirty-two-characters");
        var other = await SubjectsAsync("b-secret-of-at-least-thirty-two-characters");

        one[0].Key.ShouldStartWith("cookie:");
        one[1].Key.ShouldStartWith("network:");
        one[1].Key.ShouldNotContain("192");
        same[1].ShouldBe(one[1]);
        other[1].ShouldNotBe(one[1]);

        static async Task<IReadOnlyList<GuestSubject>> SubjectsAsync(string key)
        {
            await using var app = await StartAsync(options => options.Guests.HashKey = key);
            var context = new DefaultHttpContext { RequestServices = app.Services, Connection = { RemoteIpAddress = IPAddress.Parse("192.0.2.1") } };
            var caller = await app.Services.GetRequiredService<ICallerResolver>().ResolveAsync(context, willGenerate: false, Stop);
            return caller.ShouldBeOfType<Caller.Guest>().Identity.Subjects;
        }
    }

    [Fact]
    public async Task Guests_without_an_address_share_a_network_and_the_log_says_so_once()
    {
        await using var app = await StartAsync(services: services => services.AddFakeLogging());
        var resolver = app.Services.GetRequiredService<ICallerResolver>();

        var first = await resolver.ResolveAsync(new DefaultHttpContext { RequestServices = app.Services }, willGenerate: true, Stop);
        var second = await resolver.ResolveAsync(new DefaultHttpContext { RequestServices = app.Services }, willGenerate: true, Stop);

        var subjects = new[] { first, second }.Select(caller => caller.ShouldBeOfType<Caller.Guest>().Identity.Subjects).ToArray();
        subjects[0][1].ShouldBe(subjects[1][1]);
        subjects[0][0].ShouldNotBe(subjects[1][0]);
        app.Services.GetFakeLogCollector().GetSnapshot().Count(entry => entry.Message.StartsWith("The server knows no address", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_proxy_that_nobody_trusts_is_told_in_the_log_once()
    {
        await using var app = await StartAsync(services: services => services.AddFakeLogging());

        for (var use = 0; use < 2; use++)
        {
            await app.InvokeAsync("/x", request => request.Headers["X-Forwarded-For"] = "203.0.113.5");
        }

        var warning = app.Services.GetFakeLogCollector().GetSnapshot().Where(entry => entry.Message.Contains("X-Forwarded-For", StringComparison.Ordinal)).ShouldHaveSingleItem();
        warning.Level.ShouldBe(LogLevel.Warning);
        warning.Message.ShouldContain("call UseForwardedHeaders first");
    }

    [Fact]
    public async Task A_guest_who_signs_up_keeps_the_generations_once()
    {
        await using var app = await StartAsync();
        using var guest = await GenerateAsync(app);
        var cookie = RefusalTests.Cookie(guest);

        using var signedUp = await app.SendAsync(HttpMethod.Post, "/x", user: "ann", cookie: cookie);
        var marked = RefusalTests.Cookie(signedUp);
        using var later = await app.SendAsync(HttpMethod.Post, "/x", user: "ann", cookie: marked);
        using var somebodyElse = await app.SendAsync(HttpMethod.Post, "/x", user: "bob", cookie: cookie);
        using var signedOut = await GenerateAsync(app, address: "192.0.2.200", cookie: marked);

        marked.ShouldStartWith("aicredits.guest=c.");
        later.Headers.Contains("Set-Cookie").ShouldBeFalse();
        var limiter = app.Services.GetRequiredService<IGuestLimiter>();
        var guestId = GuestIdOf(app, cookie);
        (await limiter.ClaimAsync(guestId, new AccountId("ann"), Stop)).ShouldBeTrue();
        (await limiter.ClaimAsync(guestId, new AccountId("bob"), Stop)).ShouldBeFalse();
        RefusalTests.One(signedOut, "RateLimit").ShouldStartWith("\"guest\";r=1;");
    }

    [Fact]
    public async Task A_ledger_that_cannot_claim_does_not_break_the_request()
    {
        await using var app = await StartAsync(services: services => services.AddSingleton<IGuestLimiter>(provider => new ClaimsFail(provider.GetServices<IGuestLimiter>)));
        var cookie = "aicredits.guest=" + app.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("AiCredits.AspNetCore.GuestCookie.v1").Protect("0123456789abcdef0123456789abcdef");

        using var response = await app.SendAsync(HttpMethod.Post, "/x", user: "ann", cookie: cookie);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task An_app_may_name_the_account_itself()
    {
        await using var app = await StartAsync(http: options => options.ResolveAccount = context =>
            new ValueTask<AccountId?>(context.Request.Headers["X-Team"].FirstOrDefault() is { } team ? new AccountId("team:" + team) : null));

        var context = await app.InvokeAsync("/x", request => request.Headers["X-Team"] = "blue");
        using var guest = await GenerateAsync(app);

        context.Response.Headers["Credits-Remaining"].ToString().ShouldBe("49");
        (await RefusalTests.BalanceAsync(app, "team:blue")).ShouldBe(49);
        guest.Headers.Contains("RateLimit").ShouldBeTrue();
    }

    [Fact]
    public async Task An_app_may_bring_its_own_resolver()
    {
        await using var app = await StartAsync(services: services => services.AddAiCredits().UseCallerResolver<EverybodyIsAnn>());

        using var response = await GenerateAsync(app);

        RefusalTests.One(response, "Credits-Remaining").ShouldBe("49");
    }

    [Fact]
    public async Task A_guests_repeated_key_does_not_use_twice()
    {
        await using var app = await StartAsync();
        var cookie = RefusalTests.Cookie(await GenerateAsync(app));

        var first = await SendWithKeyAsync();
        var second = await SendWithKeyAsync();

        first.Response.StatusCode.ShouldBe(200);
        second.Response.StatusCode.ShouldBe(409);
        first.Response.Headers["RateLimit"].ToString().ShouldStartWith("\"guest\";r=1;");

        Task<HttpContext> SendWithKeyAsync() => app.InvokeAsync("/x", request =>
        {
            request.Headers.Cookie = cookie;
            request.Headers["Idempotency-Key"] = "k1";
        });
    }

    private static Task<TestApp> StartAsync(Action<AiCreditsOptions>? configure = null, Action<IServiceCollection>? services = null, Action<AiCreditsHttpOptions>? http = null) => TestApp.StartAsync(
        configure,
        collection =>
        {
            services?.Invoke(collection);
            if (http is not null)
            {
                collection.Configure(http);
            }
        },
        app => app.MapPost("/x", [RequiresCredits("flux-dev")] () => "done"));

    private static Task<HttpResponseMessage> GenerateAsync(TestApp app, string? address = null, string? cookie = null) => app.SendAsync(HttpMethod.Post, "/x", address: address, cookie: cookie);

    private static string GuestIdOf(TestApp app, string cookie) => app.Services.GetRequiredService<GuestCookie>()
        .Read(new DefaultHttpContext { Request = { Headers = { Cookie = cookie } } }).ShouldNotBeNull();

    private sealed class EverybodyIsAnn : ICallerResolver
    {
        public ValueTask<Caller> ResolveAsync(HttpContext context, bool willGenerate, CancellationToken cancellationToken = default) => new(new Caller.Account(new AccountId("ann")));
    }

    private sealed class ClaimsFail(Func<IEnumerable<IGuestLimiter>> all) : IGuestLimiter
    {
        private IGuestLimiter Inner => all().First(limiter => limiter is not ClaimsFail);

        public ValueTask<GuestHoldResult> HoldAsync(GuestHoldRequest request, CancellationToken cancellationToken = default) => Inner.HoldAsync(request, cancellationToken);

        public ValueTask<GuestUsage> SettleAsync(GuestSettleRequest request, CancellationToken cancellationToken = default) => Inner.SettleAsync(request, cancellationToken);

        public ValueTask<GuestUsage> GetUsageAsync(GuestIdentity guest, GuestWindowRule rule, CancellationToken cancellationToken = default) => Inner.GetUsageAsync(guest, rule, cancellationToken);

        public ValueTask<bool> ClaimAsync(string guestId, AccountId account, CancellationToken cancellationToken = default) => throw new Ledger.LedgerUnavailableException("The line is cut.");

        public ValueTask<IReadOnlyList<Ledger.Generation>> GetGenerationsAsync(string guestId, int limit, CancellationToken cancellationToken = default) => Inner.GetGenerationsAsync(guestId, limit, cancellationToken);

        public ValueTask<ReadOnlyMemory<byte>> GetHashKeyAsync(CancellationToken cancellationToken = default) => Inner.GetHashKeyAsync(cancellationToken);

        public ValueTask<int> CleanUpAsync(GuestWindowRule rule, int max, CancellationToken cancellationToken = default) => Inner.CleanUpAsync(rule, max, cancellationToken);
    }
}
