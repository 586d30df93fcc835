using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;

namespace AiCredits.Webhooks;

/// <summary>
/// Posts a delivery once. Follows no redirect, reads no answer beyond its head, uses no proxy, sends no cookie, and connects to no
/// address inside unless the settings say so: an address of a receiver that is a name may be made to point anywhere.
/// </summary>
internal sealed class WebhookClient : IDisposable
{
    private readonly IOptionsMonitor<AiCreditsOptions> options;
    private readonly WebhookOptionsValidator rules;
    private readonly TimeProvider clock;
    private readonly HttpClient http;

    public WebhookClient(IOptionsMonitor<AiCreditsOptions> options, IServiceProvider services, TimeProvider clock)
    {
        this.options = options;
        this.clock = clock;
        rules = new WebhookOptionsValidator(services);
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            MaxResponseHeadersLength = 16,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = ConnectAsync,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Null when the endpoint has taken it (2xx), else why it has not.</summary>
    public async Task<string?> PostAsync(WebhookEndpointOptions endpoint, WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.CurrentValue.Webhooks.Timeout);
        try
        {
            using var request = Prepare(endpoint, delivery);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? null : $"it answered {(int)response.StatusCode}";
        }
        catch (HttpRequestException exception)
        {
            return exception.InnerException?.Message ?? exception.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "it took too long";
        }
    }

    public void Dispose() => http.Dispose();

    private HttpRequestMessage Prepare(WebhookEndpointOptions endpoint, WebhookDelivery delivery)
    {
        var at = clock.GetUtcNow();
        var body = Encoding.UTF8.GetBytes(delivery.Body);
        var id = WebhookSignature.IdOf(string.Create(CultureInfo.InvariantCulture, $"{delivery.Account}/{delivery.Sequence}/{delivery.Name}"));
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("AiCredits", null));
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Write(id, at, body, endpoint.Secrets));
        return request;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var settings = options.CurrentValue.Webhooks;
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken).ConfigureAwait(false);
        var allowed = Array.FindAll(addresses, address => settings.AllowPrivateNetworks || PublicAddress.Is(address) || (IPAddress.IsLoopback(address) && rules.AllowsThisMachine(settings)));
        if (allowed.Length == 0)
        {
            throw new HttpRequestException("its address is this machine or in a private network, which AiCredits:Webhooks:AllowPrivateNetworks does not allow");
        }

        // To the addresses that were looked at, not to the name, which may mean others a moment later.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
