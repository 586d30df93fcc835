using AiCredits.Ledger;
using Microsoft.Extensions.Logging;

namespace AiCredits.Metering;

/// <content>Welcome credits, granted when an account is first seen.</content>
public sealed partial class CreditMeter
{
    private async ValueTask<bool> WelcomeAsync(AccountId account, CancellationToken cancellationToken)
    {
        var settings = options.CurrentValue;
        if (settings.WelcomeCredits.IsZero || !await MayWelcomeAsync(account, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        // Whatever the answer, the account has had its welcome credits now: from this call, or from another one that was
        // sooner (with other settings even, which shows as a conflict).
        await store.ExecuteAsync(
            new GrantCommand(account, GrantKind.Welcome, settings.WelcomeCredits)
            {
                Key = "aicredits:welcome",
                ExpiresAt = settings.WelcomeCreditsExpireAfter is { } after ? UtcMicroseconds.Now(clock) + after : null,
                Description = "Welcome credits",
            },
            cancellationToken).ConfigureAwait(false);
        return true;
    }

    // Once something is held, nothing may keep its ticket from whoever has to settle it.
    private async ValueTask<bool> WelcomeAfterAsync(AccountId account, HoldResult result, CancellationToken cancellationToken)
    {
        try
        {
            return await WelcomeAsync(account, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (result is HoldResult.Held)
        {
            WelcomePolicyFailed(account.Value, exception);
            return false;
        }
    }

    private async ValueTask<bool> MayWelcomeAsync(AccountId account, CancellationToken cancellationToken)
    {
        try
        {
            return await welcomePolicy.MayGrantAsync(account, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            WelcomePolicyFailed(account.Value, exception);
            return false;
        }
    }

    [LoggerMessage(1004, LogLevel.Error, "The welcome policy failed for account {Account}; its welcome credits are withheld until it answers.")]
    private partial void WelcomePolicyFailed(string account, Exception exception);
}
