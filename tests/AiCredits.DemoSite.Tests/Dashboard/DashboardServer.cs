using AiCredits.Guests;
using AiCredits.Ledger;
using AiCredits.Metering;
using AiCredits.Pricing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.DemoSite.Dashboard;

/// <summary>The demo site after a month of use, on a clock of its own.</summary>
public sealed class DashboardServer() : DemoServer(("AiCredits:Guests:NetworkLimit", "1000000"))
{
    /// <summary>An account whose id tries to be markup.</summary>
    public const string HostileAccount = "<img src=x onerror=\"document.title='owned'\">/#?&\"'";

    private static readonly string[] Models = ["nano-banana", "flux-dev", "flux-dev", "lora-context", "gemini-flash", "nano-banana-pro"];

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 10, 25, 6, 0, 0, TimeSpan.Zero));

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(_clock));
    }

    /// <summary>Lets thirty days of visits pass: a few more each day, some failures, some purchases.</summary>
    public async Task UseAsync()
    {
        var random = new Random(7);
        var meter = Services.GetRequiredService<CreditMeter>();
        var store = Services.GetRequiredService<ICreditStore>();
        var guests = Services.GetRequiredService<IGuestLimiter>();
        var accounts = new List<AccountId>();
        var visitors = 0;
        for (var day = 0; day < 30; day++)
        {
            for (var visit = 0; visit < 2 + (day / 5); visit++)
            {
                var guest = new Caller.Guest(new GuestIdentity($"guest-{visitors}", [new GuestSubject($"s:{visitors}", 3)]));
                await GenerateAsync(guest, 1);
                if (random.Next(2) == 0)
                {
                    var account = new AccountId($"user-{visitors:000}@example.com");
                    await meter.GetAccountAsync(account);
                    await guests.ClaimAsync(guest.Identity.GuestId, account);
                    accounts.Add(account);
                }

                visitors++;
                await PassAsync(TimeSpan.FromMinutes(random.Next(5, 40)));
            }

            foreach (var account in accounts.Where(_ => random.Next(3) == 0).ToArray())
            {
                await GenerateAsync(new Caller.Account(account), random.Next(1, 5));
                if (random.Next(6) == 0)
                {
                    await store.ExecuteAsync(new GrantCommand(account, GrantKind.Purchase, 110) { Key = $"purchase-{Guid.NewGuid()}", Reference = "creator" });
                }
            }

            await PassAsync(TimeSpan.FromDays(1) - TimeSpan.FromHours(_clock.GetUtcNow().Hour - 6));
        }

        var hostile = new AccountId(HostileAccount);
        await store.ExecuteAsync(new GrantCommand(hostile, GrantKind.Promotion, 20) { Key = "hostile", Description = "<script>document.title='owned'</script>", Actor = "=cmd()", Reference = "\"><svg onload=alert(1)>" });
        await GenerateAsync(new Caller.Account(hostile), 3, "<b onmouseover=alert(1)>a cat</b>");
        await meter.HoldAsync(new GenerationRequest(new Caller.Account(hostile), Quote("flux-dev")) { Prompt = "still running" });
        await PassAsync(TimeSpan.FromMinutes(4));
        await RollUpAsync();

        async Task GenerateAsync(Caller caller, int count, string? prompt = null)
        {
            for (var number = 0; number < count; number++)
            {
                if (await meter.HoldAsync(new GenerationRequest(caller, Quote(Models[random.Next(Models.Length)])) { Prompt = prompt ?? "a boat on the sea at dawn" }) is Admission.Admitted { Ticket: var ticket })
                {
                    await PassAsync(TimeSpan.FromMilliseconds(random.Next(900, 9_000) * (random.Next(12) == 0 ? 5 : 1)));
                    var failed = random.Next(11) == 0;
                    await meter.SettleAsync(ticket, new GenerationEnd
                    {
                        Outcome = failed ? GenerationOutcome.Failed : GenerationOutcome.Succeeded,
                        Error = failed ? "The provider answered 500." : null,
                        ProviderCostMillionths = failed ? null : random.Next(8_000, 60_000),
                        ProviderCurrency = failed ? null : "USD",
                    });
                }
            }
        }
    }

    /// <summary>Waits until what has happened is in the report.</summary>
    public async Task RollUpAsync()
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        await Eventually.Async(async () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(11));
            await Task.Delay(100);
            var report = await Services.GetRequiredService<Analytics.ICreditAnalytics>().GetReportAsync(new Analytics.AnalyticsQuery(now.AddDays(-1), now, Analytics.AnalyticsInterval.Day));
            report.AsOf.ShouldNotBeNull().ShouldBeGreaterThan(now);
        });
    }

    private PriceQuote Quote(string model) => Services.GetRequiredService<IPricingTable>().Find(model)!.Quote();

    private Task PassAsync(TimeSpan time)
    {
        _clock.Advance(time);
        return Task.CompletedTask;
    }
}
