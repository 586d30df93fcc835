using AiCredits.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AiCredits.AspNetCore;

/// <summary>The store in memory behind a line that can be cut.</summary>
internal sealed class BreakableStore(ICreditStore inner) : ICreditStore
{
    public bool IsBroken { get; set; }

    public TimeSpan? RetryAfter { get; set; }

    public int Commands { get; private set; }

    public static void Use(IServiceCollection services)
    {
        var original = services.Last(service => service.ServiceType == typeof(ICreditStore)).ImplementationFactory.ShouldNotBeNull();
        services.AddSingleton(provider => new BreakableStore((ICreditStore)original(provider)));
        services.Replace(ServiceDescriptor.Singleton<ICreditStore>(provider => provider.GetRequiredService<BreakableStore>()));
    }

    public ValueTask<TResult> ExecuteAsync<TResult>(LedgerCommand<TResult> command, CancellationToken cancellationToken = default)
        where TResult : LedgerResult
    {
        Check();
        Commands++;
        return inner.ExecuteAsync(command, cancellationToken);
    }

    public ValueTask<AccountOverview> GetAccountAsync(AccountId account, CancellationToken cancellationToken = default) => Checked().GetAccountAsync(account, cancellationToken);

    public ValueTask<IReadOnlyList<Entry>> GetEntriesAsync(EntryQuery query, CancellationToken cancellationToken = default) => Checked().GetEntriesAsync(query, cancellationToken);

    public ValueTask<Generation?> FindGenerationAsync(AccountId account, Guid generationId, CancellationToken cancellationToken = default) => Checked().FindGenerationAsync(account, generationId, cancellationToken);

    public ValueTask<IReadOnlyList<Generation>> GetGenerationsAsync(GenerationQuery query, CancellationToken cancellationToken = default) => Checked().GetGenerationsAsync(query, cancellationToken);

    public ValueTask<int> SettleDueAsync(int maxAccounts, CancellationToken cancellationToken = default) => Checked().SettleDueAsync(maxAccounts, cancellationToken);

    public ValueTask<int> ForgetPromptsAsync(int max, CancellationToken cancellationToken = default) => Checked().ForgetPromptsAsync(max, cancellationToken);

    public ValueTask CheckAsync(CancellationToken cancellationToken = default) => Checked().CheckAsync(cancellationToken);

    private ICreditStore Checked()
    {
        Check();
        return inner;
    }

    private void Check()
    {
        if (IsBroken)
        {
            throw new LedgerUnavailableException("The line is cut.") { RetryAfter = RetryAfter };
        }
    }
}
