using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace AiCredits.DemoSite;

/// <summary>Somebody who uses the site over HTTP, with cookies of their own.</summary>
public sealed class Visitor : IDisposable
{
    public const string Password = "correct horse battery";

    private readonly HttpClient _http;

    public Visitor(Uri address)
    {
        // The client gets the handler to dispose of.
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = Cookies, AllowAutoRedirect = false, Expect100ContinueTimeout = TimeSpan.FromMinutes(1) }) { BaseAddress = address };
    }

    public CookieContainer Cookies { get; } = new();

    public string Email { get; } = $"{Guid.NewGuid():n}@example.com";

    public async Task<Answer> GetAsync(string path) => await Answer.ReadAsync(await _http.GetAsync(new Uri(path, UriKind.Relative)));

    public async Task<Answer> PostAsync(string path, object body) => await Answer.ReadAsync(await _http.PostAsJsonAsync(path, body));

    public async Task<Answer> PostTextAsync(string path, string body, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, contentType) };

        // What is too large is refused by its length, and the connection closed: a client that has begun to send it may see nothing but that.
        request.Headers.ExpectContinue = body.Length > 100_000;
        return await Answer.ReadAsync(await _http.SendAsync(request));
    }

    /// <summary>Sends a request as it is written.</summary>
    public async Task<Answer> SendAsync(string method, string path, string? body, IReadOnlyDictionary<string, string> headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : new StringContent(body, MediaTypeHeaderValue.Parse(headers["Content-Type"])) };
        foreach (var (name, value) in headers.Where(header => header.Key != "Content-Type"))
        {
            request.Headers.Add(name, value);
        }

        return await Answer.ReadAsync(await _http.SendAsync(request));
    }

    public Task<Answer> GenerateAsync(string model, int? count = null, string? simulate = null, string prompt = "a boat on the sea at dawn") =>
        PostAsync("/api/generate-image", new { prompt, aiModel = model, count, simulate });

    public async Task SignUpAsync()
    {
        (await PostAsync("/account/register", new { email = Email, password = Password })).Status.ShouldBe(HttpStatusCode.OK);
        await SignInAsync();
    }

    public async Task SignInAsync() =>
        (await PostAsync("/account/login?useCookies=true", new { email = Email, password = Password })).Status.ShouldBe(HttpStatusCode.OK);

    public async Task<JsonNode> CreditsAsync() => (await GetAsync("/api/credits")).Json;

    public async Task<decimal> BalanceAsync() => (decimal)(await CreditsAsync())["credits"]!["balance"]!;

    public async Task<int> GuestRemainingAsync() => (int)(await CreditsAsync())["guestInfo"]!["remaining"]!;

    public void Dispose() => _http.Dispose();
}
