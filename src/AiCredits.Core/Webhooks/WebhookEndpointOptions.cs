namespace AiCredits.Webhooks;

/// <summary>One receiver of webhooks.</summary>
public sealed class WebhookEndpointOptions
{
    /// <summary>Where the events are posted to: an <c>https</c> address.</summary>
    public Uri? Url { get; set; }

    /// <summary>
    /// The secrets that sign, each <c>whsec_</c> and Base64 of 24 to 64 bytes. Every delivery is signed with all of them: to
    /// replace one, add the new one, let the receiver take it up, and remove the old one. At most 4.
    /// </summary>
    public IList<string> Secrets { get; } = [];

    /// <summary>Which events, by name such as <c>balance_low</c>. Default empty: all.</summary>
    public IList<string> Events { get; } = [];

    /// <summary>False to send nothing; what waits then goes on waiting. Default true.</summary>
    public bool Enabled { get; set; } = true;
}
