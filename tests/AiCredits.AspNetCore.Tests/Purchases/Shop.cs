using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Purchases;

/// <summary>An app in Development that sells through the simulation, and what a buyer does there.</summary>
internal sealed partial class Shop(TestApp app) : IAsyncDisposable
{
    public TestApp App => app;

    public static async Task<Shop> OpenAsync(Action<AiCreditsOptions>? configure = null, Action<IServiceCollection>? services = null) =>
        new(await TestApp.StartAsync(configure, services, environment: "Development"));

    public async Task<HttpResponseMessage> PostAsync(string path, object body, string? user = "alice", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body as HttpContent ?? JsonContent.Create(body) };
        if (user is not null)
        {
            request.Headers.Add("X-User", user);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        return await app.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Begins a purchase; gives its id and the path of the checkout.</summary>
    public async Task<(Guid Id, string Page)> BuyAsync(string packId = "creator", string user = "alice", params (string Name, string Value)[] headers)
    {
        using var response = await PostAsync("/api/credits/checkout", new { packId }, user, headers);
        var json = await TestApp.ReadAsync(response);
        return (json.GetProperty("purchaseId").GetGuid(), new Uri(json.GetProperty("url").GetString()!).AbsolutePath);
    }

    /// <summary>Presses a button on the checkout's page.</summary>
    public async Task<HttpResponseMessage> PressAsync(string page, string act, bool loseWebhook = false)
    {
        var html = await app.Client.GetStringAsync(new Uri(page, UriKind.Relative), TestContext.Current.CancellationToken);
        html.ShouldContain($"value=\"{act}\"");
        var fields = new Dictionary<string, string> { ["seal"] = Seal().Match(html).Groups[1].Value, ["act"] = act };
        if (loseWebhook)
        {
            fields["lose"] = "on";
        }

        return await PostAsync(page, new FormUrlEncodedContent(fields), null);
    }

    public async Task<decimal> BalanceAsync(string user = "alice") => (await app.JsonAsync("/api/credits", user)).GetProperty("credits").GetProperty("balance").GetDecimal();

    public Task<JsonElement> PurchaseAsync(Guid id, string user = "alice") => app.JsonAsync($"/api/credits/purchases/{id}", user);

    public async Task<string> StatusAsync(Guid id) => (await PurchaseAsync(id)).GetProperty("status").GetString()!;

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [GeneratedRegex("name=\"seal\" value=\"([0-9a-f]{64})\"")]
    private static partial Regex Seal();
}
