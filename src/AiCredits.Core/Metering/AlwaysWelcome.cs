namespace AiCredits.Metering;

/// <summary>The default: every new account gets its welcome credits at once.</summary>
internal sealed class AlwaysWelcome : IWelcomePolicy
{
    public ValueTask<bool> MayGrantAsync(AccountId account, CancellationToken cancellationToken = default) => new(true);
}
