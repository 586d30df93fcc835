using System.Net;
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
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = Cookies, AllowAutoRedirect = false }) { BaseAddress = address };
    }

    public CookieContainer Cookies { get; } = new();

    public string Email { get; } = $"{Guid.NewGuid():n}@example.com";

    public async Task<Answer> GetAsync(string path) => await Answer.ReadAsync(await _http.GetAsync(new Uri(path, UriKind.Relative)));

    public async Task<Answer> PostAsync(string path, object body) => await Answer.ReadAsync(await _http.PostAsJsonAsync(path, body));

    public async Task<Answer> PostTextAsync(string path, string body, string contentType = "application/json") =>
        await Answer.ReadAsync(await _http.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, contentType)));

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
