namespace AiCredits.Metering;

/// <summary>
/// Says whether a new account gets its welcome credits now. Replace it to stop farming: by confirmed mail, by risk, by
/// a limit per network. Asked again whenever the account is used until it says yes.
/// </summary>
/// <remarks>Must be thread-safe. An exception withholds the credits, is logged, and never breaks a request.</remarks>
public interface IWelcomePolicy
{
    /// <summary>True to grant the welcome credits now, false to withhold them for now.</summary>
    ValueTask<bool> MayGrantAsync(AccountId account, CancellationToken cancellationToken = default);
}
