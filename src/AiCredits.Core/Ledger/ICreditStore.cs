namespace AiCredits.Ledger;

/// <summary>
/// Where accounts live. A store only loads an account under a lock, lets <see cref="AccountBook"/> decide, and writes
/// what it decided; every rule is in the book, so that all stores agree.
/// </summary>
/// <remarks>
/// Thread-safe. Every implementation must pass the conformance suites. An outage is a
/// <see cref="LedgerUnavailableException"/>; a command that can never be right an <see cref="ArgumentException"/>.
/// </remarks>
public interface ICreditStore
{
    /// <summary>
    /// Carries out a command and answers once its effect is durable. Sending the same command again after a failure or
    /// a time-out is always safe. Cancelling gives up the wait, not the command.
    /// </summary>
    /// <exception cref="ArgumentException">The command can never be right.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached or is too busy; whether the command took effect is unknown.</exception>
    ValueTask<TResult> ExecuteAsync<TResult>(LedgerCommand<TResult> command, CancellationToken cancellationToken = default)
        where TResult : LedgerResult;

    /// <summary>The account as it stands now; an account that nobody has used is all zeros.</summary>
    ValueTask<AccountOverview> GetAccountAsync(AccountId account, CancellationToken cancellationToken = default);

    /// <summary>A page of the account's history, newest first.</summary>
    ValueTask<IReadOnlyList<Entry>> GetEntriesAsync(EntryQuery query, CancellationToken cancellationToken = default);

    /// <summary>One generation of the account, running or finished, or of a guest it has claimed; null when the account has none of that id.</summary>
    ValueTask<Generation?> FindGenerationAsync(AccountId account, Guid generationId, CancellationToken cancellationToken = default);

    /// <summary>The account's generations and those of guests it has claimed, newest first.</summary>
    ValueTask<IReadOnlyList<Generation>> GetGenerationsAsync(GenerationQuery query, CancellationToken cancellationToken = default);

    /// <summary>Writes what is due on at most <paramref name="maxAccounts"/> accounts and says on how many. Safe on any number of instances at once.</summary>
    ValueTask<int> SettleDueAsync(int maxAccounts, CancellationToken cancellationToken = default);

    /// <summary>Removes the prompts whose time to be kept is over, at most <paramref name="max"/>, and says how many.</summary>
    ValueTask<int> ForgetPromptsAsync(int max, CancellationToken cancellationToken = default);

    /// <summary>Throws <see cref="LedgerUnavailableException"/> when a command could not be carried out now; for health checks.</summary>
    ValueTask CheckAsync(CancellationToken cancellationToken = default);
}
