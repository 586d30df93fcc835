using System.Net;
using System.Text;
using AiCredits.AspNetCore.Streaming;
using AiCredits.Idempotency;
using AiCredits.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>A request that is repeated with its key gets the first answer again: it neither runs nor is charged.</summary>
public sealed class KeptAnswersTests
{
    private int runs;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repeated_request_gets_the_first_answer_and_is_not_charged()
    {
        await using var app = await StartAsync();

        using var first = await SendAsync(app, "/image", "k1", "{\"aiModel\":\"flux-dev\"}");
        using var second = await SendAsync(app, "/image", "k1", "{\"aiModel\":\"flux-dev\"}");

        runs.ShouldBe(1);
        first.StatusCode.ShouldBe(HttpStatusCode.Created);
        first.Headers.Contains("Idempotency-Replayed").ShouldBeFalse();
        second.StatusCode.ShouldBe(HttpStatusCode.Created);
        RefusalTests.One(second, "Idempotency-Replayed").ShouldBe("true");
        RefusalTests.One(second, "Credits-Charged").ShouldBe("1");
        second.Headers.Location.ShouldBe(first.Headers.Location);
        second.Content.Headers.ContentType.ShouldBe(first.Content.Headers.ContentType);
        (await second.Content.ReadAsStringAsync(Stop)).ShouldBe(await first.Content.ReadAsStringAsync(Stop));
        (await RefusalTests.BalanceAsync(app, "ann")).ShouldBe(49);
    }

    [Fact]
    public async Task Another_body_under_the_key_is_422()
    {
        await using var app = await StartAsync();
        using var first = await SendAsync(app, "/image", "k1", "{\"aiModel\":\"flux-dev\",\"prompt\":\"a cat\"}");

        using var second = await SendAsync(app, "/image", "k1", "{\"aiModel\":\"flux-dev\",\"prompt\":\"a dog\"}");

        (await TestApp.ReadAsync(second, 422)).GetProperty("type").GetString()!.ShouldEndWith("/idempotency-key-reused");
        (await RefusalTests.BalanceAsync(app, "ann")).ShouldBe(49);
    }

    [Fact]
    public async Task The_key_of_another_user_is_another_key()
    {
        await using var app = await StartAsync();

        using var ann = await SendAsync(app, "/image", "k1", "{\"aiModel\":\"flux-dev\"}");
        using var bob = await SendAsync(app, "/image", "k1", "{\"aiModel\":\"flux-dev\"}", "bob");

        runs.ShouldBe(2);
        bob.Headers.Contains("Idempotency-Replayed").ShouldBeFalse();
    }

    [Fact]
    public async Task The_key_at_another_endpoint_is_another_key()
    {
        await using var app = await StartAsync();

        using var first = await SendAsync(app, "/slow", "k1", "");
        using var second = await SendAsync(app, "/cookie", "k1", "");

        second.StatusCode.ShouldBe(HttpStatusCode.OK);
        second.Headers.Contains("Idempotency-Replayed").ShouldBeFalse();
        (await RefusalTests.BalanceAsync(app, "ann")).ShouldBe(48);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pictures_are_kept_only_when_the_app_says_so(bool kept)
    {
        await using var app = await StartAsync(http =>
        {
            if (kept)
            {
                http.KeptAnswerTypes.Add("image/*");
            }
        });

        using var first = await SendAsync(app, "/picture", "k1", "");
        using var second = await SendAsync(app, "/picture", "k1", "");

        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        second.StatusCode.ShouldBe(kept ? HttpStatusCode.OK : HttpStatusCode.Conflict);
        runs.ShouldBe(1);
        (await RefusalTests.BalanceAsync(app, "ann")).ShouldBe(49);
    }

    [Fact]
    public async Task An_answer_beyond_the_limit_is_not_kept()
    {
        await using var app = await StartAsync(http => http.KeptAnswerLimit = 3);
        using var first = await SendAsync(app, "/image", "k1", "{\"aiModel\":\"flux-dev\"}");

        using var second = await SendAsync(app, "/image", "k1", "{\"aiModel\":\"flux-dev\"}");

        second.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        runs.ShouldBe(1);
    }

    [Fact]
    public async Task A_failure_that_was_answered_is_answered_again()
    {
        await using var app = await StartAsync();

        using var first = await SendAsync(app, "/fails", "k1", "");
        using var second = await SendAsync(app, "/fails", "k1", "");

        runs.ShouldBe(1);
        second.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        RefusalTests.One(second, "Credits-Charged").ShouldBe("0");
    }

    [Fact]
    public async Task A_refusal_that_ran_nothing_gives_the_key_up()
    {
        await using var app = await StartAsync();

        using var refused = await SendAsync(app, "/image", "k1", "{\"aiModel\":\"dall-e\"}");
        using var corrected = await SendAsync(app, "/image", "k1", "{\"aiModel\":\"flux-dev\"}");

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        corrected.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task After_a_day_the_ledger_still_knows_the_key()
    {
        await using var app = await StartAsync();
        using var first = await SendAsync(app, "/image", "k1", "{\"aiModel\":\"flux-dev\"}");
        app.Clock.Advance(TimeSpan.FromHours(24));

        using var second = await SendAsync(app, "/image", "k1", "{\"aiModel\":\"flux-dev\"}");

        var problem = await TestApp.ReadAsync(second, 409);
        problem.GetProperty("type").GetString()!.ShouldEndWith("/request-ended");
        problem.GetProperty("generationStatus").GetString().ShouldBe("succeeded");
        problem.GetProperty("charged").GetDecimal().ShouldBe(1);
        runs.ShouldBe(1);
    }

    [Theory]
    [InlineData("/streamed")]
    [InlineData("/throws")]
    public async Task An_answer_that_is_not_kept_is_409_with_what_became_of_it(string path)
    {
        await using var app = await StartAsync();
        try
        {
            (await SendAsync(app, path, "k1", "")).Dispose();
        }
        catch (InvalidOperationException)
        {
        }

        using var second = await SendAsync(app, path, "k1", "");

        (await TestApp.ReadAsync(second, 409)).GetProperty("generationStatus").GetString().ShouldBe(path == "/throws" ? "failed" : "succeeded");
        runs.ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_at_once_one_runs()
    {
        await using var app = await StartAsync();

        var responses = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Task.Run(() => SendAsync(app, "/slow", "k1", ""))));

        runs.ShouldBe(1);
        responses.Count(response => response.StatusCode == HttpStatusCode.OK && !response.Headers.Contains("Idempotency-Replayed")).ShouldBe(1);
        responses.ShouldAllBe(response => response.StatusCode == HttpStatusCode.OK || response.StatusCode == HttpStatusCode.Conflict);
        (await RefusalTests.BalanceAsync(app, "ann")).ShouldBe(49);
    }

    [Fact]
    public async Task Cookies_are_not_given_again()
    {
        await using var app = await StartAsync();

        using var first = await SendAsync(app, "/cookie", "k1", "");
        using var second = await SendAsync(app, "/cookie", "k1", "");

        first.Headers.Contains("Set-Cookie").ShouldBeTrue();
        second.Headers.Contains("Set-Cookie").ShouldBeFalse();
        RefusalTests.One(second, "Idempotency-Replayed").ShouldBe("true");
    }

    [Fact]
    public async Task An_app_may_keep_none()
    {
        await using var app = await StartAsync(http => http.KeepAnswersFor = TimeSpan.Zero);
        using var first = await SendAsync(app, "/image", "k1", "{\"aiModel\":\"flux-dev\"}");

        using var second = await SendAsync(app, "/image", "k1", "{\"aiModel\":\"flux-dev\"}");

        second.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_client_that_lost_its_connection_fetches_the_answer_it_paid_for()
    {
        using var entered = new SemaphoreSlim(0);
        await using var app = await KestrelApp.StartAsync(web => web.MapPost("/x", [RequiresCredits("flux-dev")] async (HttpContext context) =>
        {
            runs++;
            entered.Release();
            if (runs == 1)
            {
                var gone = new TaskCompletionSource();
                await using var registration = context.RequestAborted.Register(gone.SetResult);
                await gone.Task;
            }

            return $"image {runs}";
        }));
        await using (await app.SendAsync("/x", "Idempotency-Key: k1\r\n"))
        {
            await entered.WaitAsync(Stop);
        }

        (await app.SettledAsync()).Outcome.ShouldBe(GenerationOutcome.Succeeded);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/x");
        request.Headers.Add("Idempotency-Key", "k1");
        using var response = await app.Client.SendAsync(request, Stop);

        (await response.Content.ReadAsStringAsync(Stop)).ShouldBe("image 1");
        (await app.AccountAsync()).Available.ShouldBe(49);
    }

    [Theory]
    [InlineData("text/plain", 10, true)]
    [InlineData("image/png", 10, false)]
    public async Task A_client_that_is_gone_pays_only_for_an_answer_that_it_can_fetch(string type, int length, bool paid)
    {
        using var entered = new SemaphoreSlim(0);
        await using var app = await KestrelApp.StartAsync(web => web.MapPost("/x", [RequiresCredits("flux-dev")] async (HttpContext context) =>
        {
            entered.Release();
            var gone = new TaskCompletionSource();
            await using var registration = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
            return Results.Bytes(new byte[length], type);
        }));
        await using (await app.SendAsync("/x", "Idempotency-Key: k1\r\n"))
        {
            await entered.WaitAsync(Stop);
        }

        (await app.SettledAsync()).Outcome.ShouldBe(paid ? GenerationOutcome.Succeeded : GenerationOutcome.ClientGoneBeforeOutput);
        (await app.AccountAsync()).Available.ShouldBe(paid ? 49 : 50);
    }

    [Fact]
    public async Task A_store_that_cannot_keep_delivers_all_the_same()
    {
        await using var app = await StartAsync(services: services => services.AddSingleton<IResponseStore, Forgetful>());

        using var response = await SendAsync(app, "/image", "k1", "{\"aiModel\":\"flux-dev\"}");

        response.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_store_that_cannot_claim_is_503()
    {
        await using var app = await StartAsync(services: services => services.AddSingleton<IResponseStore>(new Forgetful { CanClaim = false }));

        using var response = await SendAsync(app, "/image", "k1", "{\"aiModel\":\"flux-dev\"}");

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        runs.ShouldBe(0);
    }

    private Task<TestApp> StartAsync(Action<AiCreditsHttpOptions>? http = null, Action<IServiceCollection>? services = null) => TestApp.StartAsync(
        services: collection =>
        {
            services?.Invoke(collection);
            if (http is not null)
            {
                collection.Configure(http);
            }
        },
        map: app =>
        {
            app.MapPost("/image", (ImageRequest request) => Results.Created($"/images/{++runs}", new { image = runs })).RequireCredits<ImageRequest>(request => request.AiModel, request => request.Count);
            app.MapPost("/picture", [RequiresCredits("flux-dev")] () => Results.Bytes([(byte)++runs], "image/png"));
            app.MapPost("/fails", [RequiresCredits("flux-dev")] () => Results.StatusCode(502 + (0 * ++runs)));
            app.MapPost("/throws", [RequiresCredits("flux-dev")] string () => throw new InvalidOperationException($"{++runs}"));
            app.MapPost("/streamed", [RequiresCredits("flux-dev", Streams = true)] async (HttpContext context) =>
            {
                runs++;
                await context.Response.WriteAsync("streamed", Stop);
            });
            app.MapPost("/slow", [RequiresCredits("flux-dev")] async () =>
            {
                Interlocked.Increment(ref runs);
                await Task.Delay(100, Stop);
                return "done";
            });
            app.MapPost("/cookie", [RequiresCredits("flux-dev")] (HttpContext context) =>
            {
                context.Response.Cookies.Append("a", "b");
                return "done";
            });
        });

    private static async Task<HttpResponseMessage> SendAsync(TestApp app, string path, string key, string body, string user = "ann")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-User", user);
        request.Headers.Add("Idempotency-Key", key);
        return await app.Client.SendAsync(request, Stop);
    }

    private sealed class Forgetful : IResponseStore
    {
        public bool CanClaim { get; init; } = true;

        public ValueTask<ResponseClaim> ClaimAsync(AccountId account, string key, ReadOnlyMemory<byte> requestHash, TimeSpan lease, CancellationToken cancellationToken = default) =>
            CanClaim ? new ValueTask<ResponseClaim>(new ResponseClaim.First()) : throw new LedgerUnavailableException("The line is cut.");

        public ValueTask CompleteAsync(AccountId account, string key, StoredResponse response, TimeSpan keepFor, CancellationToken cancellationToken = default) => throw new LedgerUnavailableException("The line is cut.");

        public ValueTask AbandonAsync(AccountId account, string key, CancellationToken cancellationToken = default) => throw new LedgerUnavailableException("The line is cut.");

        public ValueTask<int> CleanUpAsync(int max, CancellationToken cancellationToken = default) => new(0);
    }
}
