using AiCredits.Events;
using AiCredits.Guests;
using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AiCredits.Core.Tests.Metering;

/// <summary>What runs in the background: the sweeper, and the telling of events.</summary>
public sealed class SweeperTests
{
    private static readonly AccountId User = new("user");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_sweeper_ends_what_nobody_touches()
    {
        await using var app = new CoreApp();
        var ticket = await AdmitAsync(app);
        var lost = (await app.Meter.HoldAsync(new GenerationRequest(new Caller.Guest(CoreApp.Guest()), app.Prices.Find("flux-dev")!.Quote()) { Prompt = "a cat" }, Cancel)).ShouldBeOfType<Admission.Admitted>().Ticket;
        using var swept = app.Measure<long>("aicredits.swept");
        var sweeper = app.Get<IEnumerable<IHostedService>>().OfType<Sweeper>().Single();
        await sweeper.StartAsync(Cancel);

        await UntilAsync(app, async () => (await app.Store.GetEntriesAsync(new EntryQuery(User), Cancel))[0].Kind == EntryKind.Release);
        await UntilAsync(app, async () => (await app.Get<IGuestLimiter>().GetGenerationsAsync("guest", 1, Cancel))[0].Status == GenerationStatus.Expired);
        await sweeper.StopAsync(Cancel);

        (await app.Store.FindGenerationAsync(User, ticket.Id, Cancel))!.Status.ShouldBe(GenerationStatus.Expired);
        (await app.Get<IGuestLimiter>().GetGenerationsAsync("guest", 1, Cancel))[0].Id.ShouldBe(lost.Id);
        swept.GetMeasurementSnapshot().Sum(measurement => measurement.Value).ShouldBe(1);
    }

    [Fact]
    public async Task The_sweeper_waits_out_an_outage()
    {
        await using var app = new CoreApp(build: builder => builder.Services.AddSingleton<ICreditStore>(services => new UnreliableStore(services.GetRequiredService<MemoryCreditStore>())));
        var store = (UnreliableStore)app.Store;
        await AdmitAsync(app);
        store.Down = true;
        var sweeper = app.Get<IEnumerable<IHostedService>>().OfType<Sweeper>().Single();
        await sweeper.StartAsync(Cancel);
        await UntilAsync(app, () => Task.FromResult(store.Refused > 2));

        store.Down = false;
        await UntilAsync(app, async () => (await app.Store.GetEntriesAsync(new EntryQuery(User), Cancel))[0].Kind == EntryKind.Release);
        await sweeper.StopAsync(Cancel);

        app.Logs.GetSnapshot().ShouldContain(record => record.Id.Id == 1020);
    }

    [Fact]
    public async Task The_sweeper_can_be_turned_off()
    {
        await using var app = new CoreApp(new() { ["AiCredits:Holds:SweepEnabled"] = "false" });
        await AdmitAsync(app);
        var sweeper = app.Get<IEnumerable<IHostedService>>().OfType<Sweeper>().Single();
        await sweeper.StartAsync(Cancel);
        for (var round = 0; round < 20; round++)
        {
            app.Clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(2, Cancel);
        }

        await sweeper.StopAsync(Cancel);
        (await app.Store.GetEntriesAsync(new EntryQuery(User), Cancel))[0].Kind.ShouldBe(EntryKind.Hold);
    }

    [Fact]
    public async Task A_low_balance_is_told_once_per_crossing_and_so_is_its_recovery()
    {
        await using var app = new CoreApp(build: builder => builder.AddEventListener<Listener>());
        var listener = app.Get<IEnumerable<ICreditEventListener>>().OfType<Listener>().Single();
        await SpendAsync(app, 40);
        await SpendAsync(app, 1);
        await SpendAsync(app, 1);
        await app.Store.ExecuteAsync(new GrantCommand(User, GrantKind.Purchase, 25) { Key = "purchase" }, Cancel);
        await SpendAsync(app, 33);

        await DispatchAsync(app);

        listener.Told.Select(told => told.Name).ShouldBe(["credits_granted", "balance_low", "credits_granted", "balance_recovered", "balance_low", "balance_depleted"], ignoreOrder: true);
        listener.Told.OfType<CreditEvent.BalanceLow>().Select(told => told.Balance).ShouldBe([9, 0]);
        listener.Told.Select(told => told.Id).Distinct().Count().ShouldBe(listener.Told.Count);
    }

    [Fact]
    public async Task A_failed_generation_is_no_crossing()
    {
        await using var app = new CoreApp(build: builder => builder.AddEventListener<Listener>());
        var listener = app.Get<IEnumerable<ICreditEventListener>>().OfType<Listener>().Single();
        var ticket = await AdmitAsync(app, 50);
        await app.Meter.SettleAsync(ticket, new GenerationEnd { Outcome = GenerationOutcome.Failed }, cancellationToken: Cancel);

        await DispatchAsync(app);

        listener.Told.ShouldHaveSingleItem().Name.ShouldBe("credits_granted");
    }

    [Fact]
    public async Task A_listener_that_fails_is_told_again()
    {
        await using var app = new CoreApp(build: builder => builder.AddEventListener<Listener>());
        var listener = app.Get<IEnumerable<ICreditEventListener>>().OfType<Listener>().Single();
        listener.Fails = 2;
        await app.Meter.GetAccountAsync(User, Cancel);

        for (var round = 0; round < 5; round++)
        {
            await DispatchAsync(app);
            app.Clock.Advance(TimeSpan.FromMinutes(5));
        }

        listener.Told.Count.ShouldBe(1);
        app.Logs.GetSnapshot().Count(record => record.Id.Id == 1042).ShouldBe(2);
    }

    private static async Task<GenerationTicket> AdmitAsync(CoreApp app, int count = 1) =>
        (await app.Meter.HoldAsync(new GenerationRequest(new Caller.Account(User), app.Prices.Find("flux-dev")!.Quote(count)), Cancel)).ShouldBeOfType<Admission.Admitted>().Ticket;

    private static async Task SpendAsync(CoreApp app, int credits) =>
        await app.Meter.SettleAsync(await AdmitAsync(app, credits), new GenerationEnd { Outcome = GenerationOutcome.Succeeded }, cancellationToken: Cancel);

    private static Task<int> DispatchAsync(CoreApp app) => app.Get<IEnumerable<IHostedService>>().OfType<EventDispatcher>().Single().DispatchAsync(Cancel);

    private static async Task UntilAsync(CoreApp app, Func<Task<bool>> reached)
    {
        for (var rounds = 0; !await reached(); rounds++)
        {
            rounds.ShouldBeLessThan(2_000, "it never came");
            app.Clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(5, Cancel);
        }
    }

    private sealed class Listener : ICreditEventListener
    {
        public List<CreditEvent> Told { get; } = [];

        public int Fails { get; set; }

        public ValueTask HandleAsync(CreditEvent creditEvent, CancellationToken cancellationToken = default)
        {
            if (Fails > 0)
            {
                Fails--;
                throw new InvalidOperationException("The mail server is down.");
            }

            Told.Add(creditEvent);
            return default;
        }
    }
}
