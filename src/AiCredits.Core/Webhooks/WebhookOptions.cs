namespace AiCredits.Webhooks;

/// <summary>The settings of outgoing webhooks.</summary>
public sealed class WebhookOptions
{
    /// <summary>Who is told of events, by a name of your own. Default none.</summary>
    public Dictionary<string, WebhookEndpointOptions> Endpoints { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long one attempt may take. Default 10 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>For how long a delivery that fails is tried again, with growing delay. Default 3 days.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(3);

    /// <summary>
    /// True to let endpoints be on this machine or in a private network (and on this machine without TLS), for receivers
    /// of one's own. Default false: an address that resolves to one is refused when it is connected to. In Development
    /// this machine is always allowed.
    /// </summary>
    public bool AllowPrivateNetworks { get; set; }
}
