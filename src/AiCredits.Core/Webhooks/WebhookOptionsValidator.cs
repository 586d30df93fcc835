using AiCredits.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AiCredits.Webhooks;

/// <summary>Checks the settings of <see cref="WebhookOptions"/>.</summary>
internal sealed class WebhookOptionsValidator(IServiceProvider services) : IValidateOptions<AiCreditsOptions>
{
    private const int MaxSecrets = 4;

    public ValidateOptionsResult Validate(string? name, AiCreditsOptions options)
    {
        var webhooks = options.Webhooks;
        var faults = new List<string>();
        if (webhooks.Timeout < TimeSpan.FromMilliseconds(100) || webhooks.Timeout > TimeSpan.FromMinutes(2)
            || webhooks.GiveUpAfter < TimeSpan.FromMinutes(1) || webhooks.GiveUpAfter > TimeSpan.FromDays(30))
        {
            faults.Add("AIC1060: AiCredits:Webhooks:Timeout or GiveUpAfter is out of range. Use 0.1 seconds to 2 minutes, and a minute to 30 days.");
        }

        foreach (var (id, endpoint) in webhooks.Endpoints)
        {
            var key = $"AiCredits:Webhooks:Endpoints:{id}";
            if (!IsAllowed(endpoint.Url, AllowsThisMachine(webhooks)))
            {
                faults.Add($"AIC1061: {key}:Url is '{endpoint.Url}'. Use an https address without a user name; plain http only for this machine, in Development or with AiCredits:Webhooks:AllowPrivateNetworks.");
            }

            if (endpoint.Secrets.Count is 0 or > MaxSecrets || !endpoint.Secrets.All(secret => WebhookSignature.TryReadSecret(secret, out _)))
            {
                faults.Add($"AIC1062: {key}:Secrets needs 1 to {MaxSecrets} secrets, each whsec_ and Base64 of 24 to 64 bytes. Make one with: echo whsec_$(openssl rand -base64 32).");
            }

            if (endpoint.Events.FirstOrDefault(wanted => !CreditEventJson.Names.Contains(wanted)) is { } unknown)
            {
                faults.Add($"AIC1063: {key}:Events has '{unknown}', which is no event. Use {string.Join(", ", CreditEventJson.Names)}, or leave Events out for all.");
            }

            if (id.Length > 50 || !id.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_'))
            {
                faults.Add($"AIC1064: AiCredits:Webhooks:Endpoints has the name '{id}'. Use 1 to 50 letters, digits, '-' or '_'.");
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>True when endpoints may be on this machine.</summary>
    internal bool AllowsThisMachine(WebhookOptions webhooks) => webhooks.AllowPrivateNetworks || services.GetService<IHostEnvironment>()?.IsDevelopment() == true;

    private static bool IsAllowed(Uri? url, bool thisMachine) =>
        url is { IsAbsoluteUri: true, UserInfo.Length: 0 } && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback && thisMachine));
}
