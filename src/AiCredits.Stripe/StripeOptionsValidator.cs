using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AiCredits.Stripe;

/// <summary>Checks every setting of Stripe and names all faults at once, without showing a secret.</summary>
internal sealed class StripeOptionsValidator(IHostEnvironment? environment = null) : IValidateOptions<StripeOptions>
{
    private bool IsDevelopment => environment?.IsDevelopment() == true;

    public ValidateOptionsResult Validate(string? name, StripeOptions options)
    {
        var faults = new List<string>();
        SecretKey(options.SecretKey, faults);
        WebhookSecrets(options.WebhookSecrets, faults);
        ApiBase(options.ApiBase, faults);
        if (options.WebhookTolerance < TimeSpan.FromSeconds(1) || options.WebhookTolerance > TimeSpan.FromHours(1))
        {
            faults.Add($"AIC1305: AiCredits:Stripe:WebhookTolerance is {options.WebhookTolerance}. Use a second to an hour, such as 00:05:00.");
        }

        if (options.Timeout < TimeSpan.FromSeconds(1) || options.Timeout > TimeSpan.FromMinutes(5))
        {
            faults.Add($"AIC1306: AiCredits:Stripe:Timeout is {options.Timeout}. Use a second to five minutes, such as 00:00:30.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void SecretKey(string? key, List<string> faults)
    {
        if (string.IsNullOrWhiteSpace(key))
        {
            faults.Add("AIC1300: AiCredits:Stripe:SecretKey is missing, but UseStripe() was called. Copy a key from https://dashboard.stripe.com/apikeys (sk_test_... to try things out) and set it with 'dotnet user-secrets set AiCredits:Stripe:SecretKey <key>' or the environment variable AiCredits__Stripe__SecretKey. To go on without Stripe, remove UseStripe().");
        }
        else if (!(key.StartsWith("sk_", StringComparison.Ordinal) || key.StartsWith("rk_", StringComparison.Ordinal)) || !IsToken(key))
        {
            faults.Add($"AIC1301: AiCredits:Stripe:SecretKey is no secret key{(key.StartsWith("pk_", StringComparison.Ordinal) ? ", but a publishable one" : "")}. Copy the one that begins with sk_ or rk_ from https://dashboard.stripe.com/apikeys, without spaces or quotes.");
        }
    }

    private void WebhookSecrets(IList<string> secrets, List<string> faults)
    {
        if (secrets.Count == 0 && !IsDevelopment)
        {
            faults.Add("AIC1302: AiCredits:Stripe:WebhookSecrets is empty, so no webhook could be verified. Copy the signing secret of the endpoint from https://dashboard.stripe.com/webhooks and set AiCredits:Stripe:WebhookSecrets:0; on a developer's machine, 'stripe listen' prints one.");
        }

        for (var index = 0; index < secrets.Count; index++)
        {
            if (secrets[index]?.StartsWith("whsec_", StringComparison.Ordinal) != true || !IsToken(secrets[index], '+', '/', '='))
            {
                faults.Add($"AIC1303: AiCredits:Stripe:WebhookSecrets:{index} is no signing secret. Copy the one that begins with whsec_ from https://dashboard.stripe.com/webhooks, without spaces or quotes.");
            }
        }
    }

    private void ApiBase(string? address, List<string> faults)
    {
        var isWeb = Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0;
        if (!isWeb || !(IsDevelopment || uri!.IsLoopback || uri.GetLeftPart(UriPartial.Authority) == StripeOptions.DefaultApiBase))
        {
            faults.Add($"AIC1304: AiCredits:Stripe:ApiBase is '{address}', and the secret key would be sent there. Leave it out for {StripeOptions.DefaultApiBase}, or use the address of a stand-in on this machine, such as http://127.0.0.1:12111.");
        }
    }

    private static bool IsToken(string key, params ReadOnlySpan<char> others)
    {
        foreach (var character in key)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character != '_' && !others.Contains(character))
            {
                return false;
            }
        }

        return key.Length is > 8 and <= 500;
    }
}
