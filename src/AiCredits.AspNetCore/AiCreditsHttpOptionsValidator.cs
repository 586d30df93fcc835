using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore;

/// <summary>Checks every setting of the HTTP layer and names all faults at once.</summary>
internal sealed class AiCreditsHttpOptionsValidator : IValidateOptions<AiCreditsHttpOptions>
{
    public ValidateOptionsResult Validate(string? name, AiCreditsHttpOptions options)
    {
        var faults = new List<string>();
        if (string.IsNullOrWhiteSpace(options.SignUpUrl) || string.IsNullOrWhiteSpace(options.PacksUrl))
        {
            faults.Add("AIC1150: AiCredits:Http:SignUpUrl or AiCredits:Http:PacksUrl is empty. Set it to a path or an absolute URL of your app.");
        }

        if (!Uri.TryCreate(options.ProblemTypeBase, UriKind.Absolute, out _))
        {
            faults.Add($"AIC1151: AiCredits:Http:ProblemTypeBase is '{options.ProblemTypeBase}'. Use an absolute URI, such as https://example.com/problems.");
        }

        if (string.IsNullOrWhiteSpace(options.GuestCookieName) || options.GuestCookieName.Any(character => char.IsControl(character) || character is ' ' or ';' or ',' or '=' or '"'))
        {
            faults.Add($"AIC1152: AiCredits:Http:GuestCookieName is '{options.GuestCookieName}'. Use letters, digits, '.', '-' and '_'.");
        }

        if (options.GuestCookieLifetime < TimeSpan.FromHours(1) || options.GuestCookieLifetime > TimeSpan.FromDays(400))
        {
            faults.Add($"AIC1153: AiCredits:Http:GuestCookieLifetime is {options.GuestCookieLifetime}. Use an hour to 400 days, the longest that browsers keep.");
        }

        if (options.IPv6PrefixLength is < 16 or > 128)
        {
            faults.Add($"AIC1154: AiCredits:Http:IPv6PrefixLength is {options.IPv6PrefixLength}. Use 16 to 128; 64 is one home or office.");
        }

        if (options.ResponseBufferLimit is < 0 or > 256 * 1024 * 1024)
        {
            faults.Add($"AIC1155: AiCredits:Http:ResponseBufferLimit is {options.ResponseBufferLimit}. Use 0 to 268435456 bytes.");
        }

        if (options.FingerprintHeader is { } header && (header.Length == 0 || !header.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')))
        {
            faults.Add($"AIC1156: AiCredits:Http:FingerprintHeader is '{header}'. Use letters, digits, '-' and '_', or leave it out.");
        }

        if (options.RetryAfter < TimeSpan.FromSeconds(1) || options.RetryAfter > TimeSpan.FromDays(1))
        {
            faults.Add($"AIC1158: AiCredits:Http:RetryAfter is {options.RetryAfter}. Use a second to a day.");
        }

        if (options.WorkLimit is < 1 or > 1_000_000 || options.WorkWindow < TimeSpan.FromSeconds(1) || options.WorkWindow > TimeSpan.FromDays(1))
        {
            faults.Add($"AIC1157: AiCredits:Http:WorkLimit is {options.WorkLimit} in a WorkWindow of {options.WorkWindow}. Use 1 to 1000000 calls in a second to a day.");
        }

        if (options.KeepAnswersFor < TimeSpan.Zero || options.KeepAnswersFor > TimeSpan.FromDays(30))
        {
            faults.Add($"AIC1159: AiCredits:Http:KeepAnswersFor is {options.KeepAnswersFor}. Use up to 30 days, or 0 to keep no answers.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
