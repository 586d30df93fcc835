using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AiCredits.Core.Tests;
using AiCredits.Events;
using AiCredits.Ledger;
using Microsoft.Extensions.Options;

namespace AiCredits.Webhooks;

public sealed class WebhookTests : IAsyncDisposable
{
    private static readonly string Secret = SecretOf(1);
    private readonly Receiver first = new();
    private readonly Receiver second = new();
    private readonly CoreApp app;

    public WebhookTests() => app = new CoreApp(new()
    {
        ["AiCredits:WelcomeCredits"] = "0",
        ["AiCredits:Webhooks:AllowPrivateNetworks"] = "true",
        ["AiCredits:Webhooks:Timeout"] = "00:01:00",
        ["AiCredits:Webhooks:Endpoints:first:Url"] = first.Url,
        ["AiCredits:Webhooks:Endpoints:first:Secrets:0"] = Secret,
        ["AiCredits:Webhooks:Endpoints:second:Url"] = second.Url,
        ["AiCredits:Webhooks:Endpoints:second:Secrets:0"] = Secret,
        ["AiCredits:Webhooks:Endpoints:second:Events:0"] = "balance_low",
    });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        first.Dispose();
        second.Dispose();
    }

    [Fact]
    public async Task An_event_is_posted_signed_once_to_each_endpoint_that_wants_it()
    {
        await TellAsync();
        await SendAsync();

        var post = first.Posts.ShouldHaveSingleItem();
        second.Posts.ShouldBeEmpty();
        var body = JsonNode.Parse(post.Body)!;
        ((string?)body["type"]).ShouldBe("credits_granted");
        ((string?)body["id"]).ShouldBe(post.Id);
        ((string?)body["data"]!["account"]).ShouldBe("Zoë");
        ((decimal)body["data"]!["amount"]!).ShouldBe(20);
        post.ContentType.ShouldBe("application/json");
        post.Timestamp.ShouldBe(app.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
        Verifies(post, Secret).ShouldBeTrue();
        Verifies(post with { Body = post.Body + " " }, Secret).ShouldBeFalse();
        Verifies(post with { Timestamp = "1" }, Secret).ShouldBeFalse();
        Verifies(post, SecretOf(2)).ShouldBeFalse();

        await SendAsync();
        first.Posts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task While_a_secret_is_replaced_every_delivery_is_signed_with_both()
    {
        app.Change("AiCredits:Webhooks:Endpoints:first:Secrets:1", SecretOf(2));
        await TellAsync();
        await SendAsync();

        var post = first.Posts.ShouldHaveSingleItem();
        Verifies(post, Secret).ShouldBeTrue();
        Verifies(post, SecretOf(2)).ShouldBeTrue();
        Verifies(post, SecretOf(3)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    [InlineData(301)]
    public async Task What_is_not_taken_is_tried_again_later_and_then_given_up(int status)
    {
        first.Status = status;
        await TellAsync();
        await SendAsync();
        await SendAsync();
        first.Posts.Count.ShouldBe(1);
        second.Posts.ShouldBeEmpty();

        app.Clock.Advance(TimeSpan.FromSeconds(7));
        await SendAsync();
        first.Posts.Count.ShouldBe(2);
        first.Posts.Select(post => post.Id).Distinct().ShouldHaveSingleItem();

        app.Clock.Advance(TimeSpan.FromDays(4));
        await SendAsync();
        first.Posts.Count.ShouldBe(3);
        app.Logs.GetSnapshot().ShouldContain(line => line.Id.Id == 1083);

        first.Status = 200;
        app.Clock.Advance(TimeSpan.FromDays(4));
        await SendAsync();
        first.Posts.Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_endpoint_that_does_not_answer_keeps_no_other_waiting()
    {
        app.Change("AiCredits:Webhooks:Endpoints:second:Events:0", "credits_granted");
        first.Hang();
        await TellAsync();
        var hanging = Sender.SendAllAsync("first", Cancel);

        await Sender.SendAllAsync("second", Cancel);

        second.Posts.Count.ShouldBe(1);
        hanging.IsCompleted.ShouldBeFalse();
        first.GoOn();
        await hanging;
        first.Posts.Count.ShouldBe(1);
        app.Logs.GetSnapshot().ShouldNotContain(line => line.Id.Id == 1082);
    }

    [Fact]
    public async Task An_endpoint_that_never_answers_is_given_up_for_now()
    {
        app.Change("AiCredits:Webhooks:Timeout", "00:00:00.2");
        first.Hang();
        await TellAsync();

        await SendAsync();

        app.Logs.GetSnapshot().ShouldContain(line => line.Id.Id == 1082 && line.Message.Contains("took too long"));
    }

    [Fact]
    public async Task An_address_inside_is_not_connected_to_unless_the_settings_say_so()
    {
        app.Change("AiCredits:Webhooks:Endpoints:first:Url", $"https://localhost:{new Uri(first.Url).Port}/");
        app.Change("AiCredits:Webhooks:Endpoints:second:Url", "https://localhost/");
        app.Change("AiCredits:Webhooks:AllowPrivateNetworks", "false");
        app.Options.Webhooks.AllowPrivateNetworks.ShouldBeFalse();
        await TellAsync();
        await SendAsync();

        first.Posts.ShouldBeEmpty();
        app.Logs.GetSnapshot().ShouldContain(line => line.Id.Id == 1082 && line.Message.Contains("AllowPrivateNetworks"));
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700:4700::1111", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("fe80::1", false)]
    public void Addresses_of_the_Internet_are_told_from_others(string address, bool isPublic) =>
        PublicAddress.Is(IPAddress.Parse(address)).ShouldBe(isPublic);

    [Theory]
    [InlineData("Endpoints:first:Url", "http://example.com/hook", "AIC1061")]
    [InlineData("Endpoints:first:Url", "ftp://example.com/hook", "AIC1061")]
    [InlineData("Endpoints:first:Url", "https://user:secret@example.com/hook", "AIC1061")]
    [InlineData("Endpoints:first:Url", "http://127.0.0.1:8080/hook", "AIC1061")]
    [InlineData("Endpoints:first:Secrets:0", "whsec_c2hvcnQ=", "AIC1062")]
    [InlineData("Endpoints:first:Secrets:0", "secret", "AIC1062")]
    [InlineData("Endpoints:first:Events:0", "balance_huge", "AIC1063")]
    [InlineData("Endpoints:a b:Url", "https://example.com/hook", "AIC1064")]
    [InlineData("Timeout", "01:00:00", "AIC1060")]
    public async Task Wrong_settings_are_refused(string key, string value, string code)
    {
        await using var wrong = new CoreApp(new()
        {
            ["AiCredits:Webhooks:Endpoints:first:Url"] = "https://example.com/hook",
            ["AiCredits:Webhooks:Endpoints:first:Secrets:0"] = Secret,
            [$"AiCredits:Webhooks:{key}"] = value,
        });
        Should.Throw<OptionsValidationException>(() => wrong.Options).Message.ShouldContain(code);
    }

    private WebhookSender Sender => app.Get<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>().OfType<WebhookSender>().Single();

    private async Task TellAsync()
    {
        await app.Store.ExecuteAsync(new GrantCommand(new AccountId("Zoë"), GrantKind.Promotion, 20) { Key = "grant" }, Cancel);
        await app.Get<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>().OfType<EventDispatcher>().Single().DispatchAsync(Cancel);
    }

    private async Task SendAsync()
    {
        await Sender.SendAllAsync("first", Cancel);
        await Sender.SendAllAsync("second", Cancel);
    }

    private static string SecretOf(byte fill) => $"whsec_{Convert.ToBase64String(Enumerable.Repeat(fill, 32).ToArray())}";

    // Written out as the specification has it, apart from the code that signs.
    private static bool Verifies(Post post, string secret)
    {
        var expected = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[6..]), Encoding.UTF8.GetBytes($"{post.Id}.{post.Timestamp}.{post.Body}")));
        return post.Signature.Split(' ').Contains($"v1,{expected}");
    }

    private sealed record Post(string Id, string Timestamp, string Signature, string? ContentType, string Body);

    /// <summary>A receiver on this machine.</summary>
    private sealed class Receiver : IDisposable
    {
        private readonly HttpListener listener = new();
        private TaskCompletionSource goOn = new();

        public Receiver()
        {
            goOn.SetResult();
            Url = $"http://127.0.0.1:{FreePort()}/";
            listener.Prefixes.Add(Url);
            listener.Start();
            _ = ListenAsync();
        }

        public string Url { get; }

        public int Status { get; set; } = 204;

        public void Hang() => goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void GoOn() => goOn.SetResult();

        public ConcurrentQueue<Post> Posts { get; } = [];

        public void Dispose() => listener.Close();

        private async Task ListenAsync()
        {
            try
            {
                while (await listener.GetContextAsync() is var context)
                {
                    using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
                    var body = await reader.ReadToEndAsync();
                    var headers = context.Request.Headers;
                    Posts.Enqueue(new Post(headers["webhook-id"]!, headers["webhook-timestamp"]!, headers["webhook-signature"]!, context.Request.ContentType, body));
                    await goOn.Task;
                    context.Response.StatusCode = Status;
                    context.Response.RedirectLocation = Status == 301 ? Url : null;
                    context.Response.Close();
                }
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private static int FreePort()
        {
            using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            return ((IPEndPoint)probe.LocalEndpoint).Port;
        }
    }
}
