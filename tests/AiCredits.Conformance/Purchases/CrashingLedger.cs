using AiCredits.Ledger;

namespace AiCredits.Conformance.Purchases;

/// <summary>A ledger before and after whose commands the process may die.</summary>
public sealed class CrashingLedger(ICreditStore inner, Crashes crashes) : ICreditStore
{
    /// <inheritdoc />
    public async ValueTask<TResult> ExecuteAsync<TResult>(LedgerCommand<TResult> command, CancellationToken cancellationToken = default)
        where TResult : LedgerResult
    {
        crashes.Maybe();
        var result = await inner.ExecuteAsync(command, cancellationToken);
        crashes.Maybe();
        return result;
    }

    /// <inheritdoc />
    public ValueTask<AccountOverview> GetAccountAsync(AccountId account, CancellationToken cancellationToken = default) => inner.GetAccountAsync(account, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Entry>> GetEntriesAsync(EntryQuery query, CancellationToken cancellationToken = default) => inner.GetEntriesAsync(query, cancellationToken);

    /// <inheritdoc />
    public ValueTask<Generation?> FindGenerationAsync(AccountId account, Guid generationId, CancellationToken cancellationToken = default) => inner.FindGenerationAsync(account, generationId, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Generation>> GetGenerationsAsync(GenerationQuery query, CancellationToken cancellationToken = default) => inner.GetGenerationsAsync(query, cancellationToken);

    /// <inheritdoc />
    public ValueTask<int> SettleDueAsync(int maxAccounts, CancellationToken cancellationToken = default) => inner.SettleDueAsync(maxAccounts, cancellationToken);

    /// <inheritdoc />
    public ValueTask<int> ForgetPromptsAsync(int max, CancellationToken cancellationToken = default) => inner.ForgetPromptsAsync(max, cancellationToken);

    /// <inheritdoc />
    public ValueTask CheckAsync(CancellationToken cancellationToken = default) => inner.CheckAsync(cancellationToken);
}
