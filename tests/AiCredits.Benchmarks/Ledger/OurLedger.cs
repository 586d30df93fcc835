using AiCredits.Ledger;
using AiCredits.Metering;
using AiCredits.Pricing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AiCredits.Benchmarks.Ledger;

/// <summary>The whole cycle through the public API of AiCredits: price, hold, settle, with entries and generation row.</summary>
internal sealed class OurLedger : IAsyncDisposable
{
    private static readonly GenerationEnd Success = new() { Outcome = GenerationOutcome.Succeeded };
    private readonly IHost host;
    private readonly CreditMeter meter;
    private readonly ICreditStore store;
    private readonly PriceQuote quote;

    private OurLedger(IHost host)
    {
        this.host = host;
        meter = host.Services.GetRequiredService<CreditMeter>();
        store = host.Services.GetRequiredService<ICreditStore>();
        quote = host.Services.GetRequiredService<IPricingTable>().Find("flux-dev")!.Quote();
    }

    /// <param name="connectionString">The database.</param>
    /// <param name="isWatched">Whether the integrity check runs in the background, as in an app; not over a history that is made up.</param>
    public static async Task<OurLedger> StartAsync(string connectionString, bool isWatched = true)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddConsole();
        builder.Services.AddAiCreditsCore(options =>
        {
            options.WelcomeCredits = 0;
            options.Holds.SweepEnabled = false;
            options.Integrity.Enabled = isWatched;
        }).UsePostgreSql(connectionString);
        var host = builder.Build();
        await host.StartAsync().ConfigureAwait(false);
        return new OurLedger(host);
    }

    public async Task GrantAsync(int accounts)
    {
        foreach (var chunk in Enumerable.Range(0, accounts).Chunk(1_000))
        {
            await Task.WhenAll(chunk.Select(number => store.ExecuteAsync(new GrantCommand(Account(number), GrantKind.Purchase, 1_000_000) { Key = "benchmark" }).AsTask())).ConfigureAwait(false);
        }
    }

    /// <summary>Gives one account a number of grants of so many credits each.</summary>
    public async Task GrantManyAsync(int account, int count, int credits)
    {
        foreach (var chunk in Enumerable.Range(0, count).Chunk(1_000))
        {
            await Task.WhenAll(chunk.Select(_ => store.ExecuteAsync(new GrantCommand(Account(account), GrantKind.Purchase, credits) { Key = Guid.CreateVersion7().ToString() }).AsTask())).ConfigureAwait(false);
        }
    }

    /// <summary>Spends all that an account has.</summary>
    public async Task UseUpAsync(int account, int credits)
    {
        var id = Guid.CreateVersion7();
        await store.ExecuteAsync(new HoldCommand(Account(account), id, credits, TimeSpan.FromHours(1), new GenerationStart { Model = "flux-dev" })).ConfigureAwait(false);
        await store.ExecuteAsync(new CaptureCommand(Account(account), id, null, Success)).ConfigureAwait(false);
    }

    public async Task CycleAsync(int account)
    {
        var admission = await meter.HoldAsync(new GenerationRequest(new Caller.Account(Account(account)), quote)).ConfigureAwait(false);
        if (admission is not Admission.Admitted { Ticket: var ticket })
        {
            throw new InvalidOperationException($"The benchmark was refused: {admission}.");
        }

        await meter.SettleAsync(ticket, Success).ConfigureAwait(false);
    }

    public Task HoldAsync(int account) =>
        store.ExecuteAsync(new HoldCommand(Account(account), Guid.CreateVersion7(), 0.000001m, TimeSpan.FromHours(1), new GenerationStart { Model = "flux-dev" })).AsTask();

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync().ConfigureAwait(false);
        host.Dispose();
    }

    private static AccountId Account(int number) => new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"user-{number}"));
}
