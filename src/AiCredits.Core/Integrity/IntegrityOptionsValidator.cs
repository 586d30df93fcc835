using Microsoft.Extensions.Options;

namespace AiCredits.Integrity;

/// <summary>Checks the settings of <see cref="IntegrityOptions"/>.</summary>
internal sealed class IntegrityOptionsValidator : IValidateOptions<AiCreditsOptions>
{
    public ValidateOptionsResult Validate(string? name, AiCreditsOptions options)
    {
        var integrity = options.Integrity;
        var faults = new List<string>();
        if (integrity.Interval < TimeSpan.FromSeconds(1) || integrity.Interval > TimeSpan.FromDays(1)
            || integrity.MaxAccounts is < 1 or > 100_000 || integrity.MaxEntries is < 1 or > 100_000 || integrity.HealthSample is < 0 or > 1_000)
        {
            faults.Add("AIC1050: AiCredits:Integrity has a setting that is out of range. Use a second to a day for Interval, 1 to 100000 for MaxAccounts and MaxEntries and 0 to 1000 for HealthSample, or set Enabled to false.");
        }

        if (integrity.CheckpointInterval < TimeSpan.FromSeconds(1) || integrity.CheckpointInterval > TimeSpan.FromDays(31) || integrity.CheckpointsKept < 1)
        {
            faults.Add("AIC1051: AiCredits:Integrity:CheckpointInterval or CheckpointsKept is out of range. Use a second to 31 days, and 1 or more.");
        }

        if (!IsSecret(integrity.CheckpointSecret))
        {
            faults.Add($"AIC1052: AiCredits:Integrity:CheckpointSecret is not Base64 of {CheckpointKey.MinSecretLength} or more bytes. Make one with: openssl rand -base64 32.");
        }

        if (integrity.CheckpointFolder is not null && integrity.CheckpointSecret is null)
        {
            faults.Add("AIC1053: AiCredits:Integrity:CheckpointFolder is set but nothing signs the checkpoints. Set CheckpointSecret as well: openssl rand -base64 32.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsSecret(string? secret)
    {
        var bytes = new byte[(secret?.Length ?? 0) + 3];
        return secret is null || (Convert.TryFromBase64String(secret, bytes, out var length) && length >= CheckpointKey.MinSecretLength);
    }
}
