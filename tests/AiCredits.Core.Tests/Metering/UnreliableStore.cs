using AiCredits.Ledger;

namespace AiCredits.Core.Tests.Metering;

/// <summary>The in-memory store behind a connection that a test can cut, before a command or before its answer.</summary>
internal sealed class UnreliableStore(ICreditStore store) : ICreditStore
{
    private volatile bool _down;

    public bool Down
    {
        get => _down;
        set => _down = value;
    }

    public bool LosesAnswers { get; set; }

    public int Refused { get; private set; }

    public async ValueTask<TResult> ExecuteAsync<TResult>(LedgerCommand<TResult> command, CancellationToken cancellationToken = default)
        where TResult : LedgerResult
    {
        Fail();
        var result = await store.ExecuteAsync(command, cancellationToken);
        return LosesAnswers ? throw new LedgerUnavailableException("The answer was lost.") : result;
    }

    public ValueTask<AccountOverview> GetAccountAsync(AccountId account, CancellationToken cancellationToken = default)
    {
        Fail();
        return store.GetAccountAsync(account, cancellationToken);
    }

    public ValueTask<IReadOnlyList<Entry>> GetEntriesAsync(EntryQuery query, CancellationToken cancellationToken = default) => store.GetEntriesAsync(query, cancellationToken);

    public ValueTask<Generation?> FindGenerationAsync(AccountId account, Guid generationId, CancellationToken cancellationToken = default) => store.FindGenerationAsync(account, generationId, cancellationToken);

    public ValueTask<IReadOnlyList<Generation>> GetGenerationsAsync(GenerationQuery query, CancellationToken cancellationToken = default) => store.GetGenerationsAsync(query, cancellationToken);

    public ValueTask<int> SettleDueAsync(int maxAccounts, CancellationToken cancellationToken = default)
    {
        Fail();
        return store.SettleDueAsync(maxAccounts, cancellationToken);
    }

    public ValueTask<int> ForgetPromptsAsync(int max, CancellationToken cancellationToken = default) => store.ForgetPromptsAsync(max, cancellationToken);

    public ValueTask CheckAsync(CancellationToken cancellationToken = default)
    {
        Fail();
        return store.CheckAsync(cancellationToken);
    }

    private void Fail()
    {
        if (Down)
        {
            Refused++;
            throw new LedgerUnavailableException("The connection is cut.");
        }
    }
}
