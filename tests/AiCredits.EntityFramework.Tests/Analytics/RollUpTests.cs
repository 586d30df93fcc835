using System.Text.Json;
using System.Text.Json.Serialization;
using AiCredits.Analytics;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.EntityFramework.Schema;
using AiCredits.Guests;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.Payments;
using AiCredits.Purchases;
using AiCredits.TestServers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using CommandStream = AiCredits.Conformance.CommandStream;

namespace AiCredits.EntityFramework.Analytics;

/// <summary>Whenever roll-ups run, on however many instances, the reports from them are those from the whole history.</summary>
public sealed class RollUpTests(PostgreSqlServer server)
{
    private const int Commands = 500;
    private static readonly GuestWindowRule Rule = new(GuestWindowKind.FromFirstUse, TimeSpan.FromHours(24));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Provider.Sqlite, 1)]
    [InlineData(Provider.Sqlite, 2)]
    [InlineData(Provider.Sqlite, 3, true)]
    [InlineData(Provider.PostgreSql, 4)]
    [InlineData(Provider.PostgreSql, 5)]
    public async Task Reports_from_roll_ups_are_those_from_the_whole_history(Provider provider, int seed, bool portable = false)
    {
        await using var run = await Run.StartAsync(provider, server, portable);
        var random = new Random(seed);
        var buying = new Random(seed);
        var streams = Enumerable.Range(0, 5).Select(number => new CommandStream((seed * 100) + number, new AccountId($"account-{number}"), run.Now)).ToArray();
        for (var step = 0; step < Commands; step++)
        {
            var stream = streams[random.Next(streams.Length)];
            if (stream.Now < run.Now)
            {
                stream.Pass(run.Now - stream.Now);
            }

            var command = stream.Next();
            await run.PassAsync(stream.Now - run.Now);
            stream.Saw(await run.SendAsync(command));
            if (random.Next(6) == 0)
            {
                await run.VisitAsync(random);
            }

            if (buying.Next(20) == 0)
            {
                await run.BuyAsync(buying);
            }

            if (random.Next(30) == 0)
            {
                await run.PassAsync(TimeSpan.FromMinutes(random.Next(1, 60 * 24 * 9)));
            }

            if (random.Next(15) == 0)
            {
                await run.RollUpAsync(random.Next(3));
            }
        }

        await run.RollUpAsync(2);
        await run.CompareAsync(random);
    }

    [Fact]
    public async Task Instances_that_roll_up_at_once_under_load_count_everything_once()
    {
        await using var run = await Run.StartAsync(Provider.PostgreSql, server, portable: false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var rolling = Enumerable.Range(0, 2).Select(instance => Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    await run.RollUpAsync(instance);
                }
            },
            Cancel)).ToArray();
        await Parallel.ForEachAsync(Enumerable.Range(0, 20), Cancel, async (number, _) =>
        {
            var stream = new CommandStream(number + 1, new AccountId($"account-{number}"), run.Now, timePasses: false);
            for (var step = 0; step < 60; step++)
            {
                stream.Saw(await run.SendAsync(stream.Next()));
            }
        });
        await stop.CancelAsync();
        await Task.WhenAll(rolling);

        await run.RollUpAsync(2);
        await run.CompareAsync(new Random(1));
    }

    [Fact]
    public async Task A_long_history_is_rolled_up_in_turns()
    {
        await using var run = await Run.StartAsync(Provider.Sqlite, server, portable: false);
        await run.SendAsync(Ledger.Commands.Grant(new AccountId("ann"), 5_000));
        await run.SendAsync(Ledger.Commands.Grant(new AccountId("bob"), 5_000));
        for (var number = 0; number < 1_300; number++)
        {
            var account = new AccountId(number % 13 == 0 ? "bob" : "ann");
            var hold = Ledger.Commands.Hold(account, 1);
            await run.SendAsync(hold);
            await run.SendAsync(Ledger.Commands.Capture(account, hold.HoldId));
        }

        (await run.RollUpAsync(0)).ShouldBe(2_602);
        (await run.RollUpAsync(1)).ShouldBe(0);
        await run.CompareAsync(new Random(1));
    }

    [Fact]
    public async Task A_guest_s_generation_that_is_settled_after_its_lease_is_counted_as_it_ended()
    {
        await using var run = await Run.StartAsync(Provider.Sqlite, server, portable: false);
        var guest = new GuestIdentity("g", [new GuestSubject("s:g", 10)]);
        var id = Guid.CreateVersion7(new DateTimeOffset(run.Now));
        await run.Guests.HoldAsync(new GuestHoldRequest(guest, id, Rule, TimeSpan.FromMinutes(1), new GenerationStart { Model = "a" }), Cancel);
        await run.PassAsync(TimeSpan.FromMinutes(2));
        await run.Guests.CleanUpAsync(Rule, 10, Cancel);
        await run.RollUpAsync(0);
        (await run.TotalsAsync()).ShouldSatisfyAllConditions(totals => totals.Generations.ShouldBe(1), totals => totals.Succeeded.ShouldBe(0), totals => totals.NewGuests.ShouldBe(1));

        await run.PassAsync(TimeSpan.FromHours(3));
        await run.Guests.SettleAsync(new GuestSettleRequest(guest, id, Keep: true, Rule, new GenerationEnd { Outcome = GenerationOutcome.Succeeded }), Cancel);
        await run.RollUpAsync(1);

        (await run.TotalsAsync()).ShouldSatisfyAllConditions(totals => totals.Generations.ShouldBe(1), totals => totals.Succeeded.ShouldBe(1), totals => totals.Duration.Count.ShouldBe(1));
        await run.CompareAsync(new Random(1));
    }

    /// <summary>Two instances over one database, and the reports of both ways.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly TestDatabase database;
        private readonly DatabaseClock? databaseClock;
        private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider clock;
        private readonly IHost[] hosts;
        private readonly RollUp[] rollUps;
        private readonly EfCreditAnalytics analytics;
        private int visitors;

        private Run(TestDatabase database, DatabaseClock? databaseClock, Microsoft.Extensions.Time.Testing.FakeTimeProvider clock, IHost[] hosts, bool portable)
        {
            this.database = database;
            this.databaseClock = databaseClock;
            this.clock = clock;
            this.hosts = hosts;
            DatabaseKind? kind = portable ? DatabaseKind.Other : null;
            rollUps = [.. hosts.Select(host => new RollUp(host.Services.GetRequiredService<CreditsDatabase>(), kind))];
            analytics = new EfCreditAnalytics(hosts[1].Services.GetRequiredService<CreditsDatabase>(), kind);
        }

        public DateTime Now => databaseClock?.Now ?? UtcMicroseconds.Now(clock);

        public ICreditStore Store => hosts[0].Services.GetRequiredService<ICreditStore>();

        public IGuestLimiter Guests => hosts[0].Services.GetRequiredService<IGuestLimiter>();

        public static async Task<Run> StartAsync(Provider provider, PostgreSqlServer server, bool portable)
        {
            var database = await TestDatabase.BorrowAsync(provider, server, clocked: true);
            var databaseClock = await DatabaseClock.CreateAsync(database);
            var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));
            var hosts = new[] { await StartHostAsync(database, clock), await StartHostAsync(database, clock) };
            return new Run(database, databaseClock, clock, hosts, portable);
        }

        public async Task PassAsync(TimeSpan time)
        {
            if (time > TimeSpan.Zero)
            {
                clock.Advance(time);
                await (databaseClock?.PassAsync(time) ?? Task.CompletedTask);
            }
        }

        public async Task<LedgerResult> SendAsync(LedgerCommand command) => command switch
        {
            HoldCommand hold => await Store.ExecuteAsync(hold, Cancel),
            CaptureCommand capture => await Store.ExecuteAsync(capture with { End = capture.End with { ProviderCostMillionths = capture.Amount?.Millionths / 3, ProviderCurrency = capture.Amount is null ? null : "USD" } }, Cancel),
            ReleaseCommand release => await Store.ExecuteAsync(release, Cancel),
            GrantCommand grant => await Store.ExecuteAsync(grant, Cancel),
            RevokeCommand revoke => await Store.ExecuteAsync(revoke, Cancel),
            RefundCommand refund => await Store.ExecuteAsync(refund, Cancel),
            RenewCommand renew => await Store.ExecuteAsync(renew, Cancel),
            FreezeCommand freeze => await Store.ExecuteAsync(freeze, Cancel),
            _ => await Store.ExecuteAsync((TouchCommand)command, Cancel),
        };

        /// <summary>A guest generates, settles an earlier generation (late, sometimes) or signs up.</summary>
        public async Task VisitAsync(Random random)
        {
            // An id that comes again runs again once it was given back. A guest's first stays as it is: only its row says when the guest came.
            var number = random.Next(8) == 0 && random.Next(visitors + 1) is var again && again % 3 != 0 ? again : visitors++;
            var guest = new GuestIdentity($"guest-{number / 3}", [new GuestSubject($"s:{number / 3}", 1_000)]);
            var id = new Guid(number + 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
            await Guests.HoldAsync(new GuestHoldRequest(guest, id, Rule, TimeSpan.FromMinutes(5), new GenerationStart { Model = random.Next(2) == 0 ? "a" : "guest-model" }), Cancel);
            await PassAsync(TimeSpan.FromMilliseconds(random.Next(1, 20_000)));
            if (random.Next(4) != 0)
            {
                await Guests.SettleAsync(new GuestSettleRequest(guest, id, Keep: true, Rule, new GenerationEnd { Outcome = random.Next(4) == 0 ? GenerationOutcome.Failed : GenerationOutcome.Succeeded }), Cancel);
            }

            await Guests.CleanUpAsync(Rule, 100, Cancel);
            if (random.Next(5) == 0)
            {
                await Guests.ClaimAsync(guest.GuestId, new AccountId($"account-{random.Next(5)}"), Cancel);
            }
        }

        /// <summary>Somebody buys, and sometimes is refunded or loses a dispute.</summary>
        public async Task BuyAsync(Random random)
        {
            var total = new Money(random.Next(1, 10), random.Next(3) == 0 ? "JPY" : "USD");
            var isPaid = random.Next(5) != 0;
            var isPlan = random.Next(3) == 0;
            var purchase = new Purchase
            {
                Id = Guid.CreateVersion7(new DateTimeOffset(Now)),
                Account = new AccountId($"buyer-{random.Next(3)}"),
                PackId = "pack",
                PackName = "Pack",
                SubscriptionId = isPlan ? Guid.NewGuid() : null,
                PaysUntil = isPlan ? Now.AddDays(random.Next(0, 400)) : null,
                Price = total,
                Credits = 7,
                BonusCredits = random.Next(3),
                Provider = "test",
                CreatedAt = Now,
                PaidAt = isPaid ? Now : null,
                ChangedAt = Now,
                Total = isPaid ? total : null,
                Refunded = isPaid && random.Next(4) == 0 ? total.Amount / 4 : 0,
                DisputesLost = isPaid && random.Next(6) == 0 ? total.Amount / 2 : 0,
                Version = 1,
            };
            await hosts[0].Services.GetRequiredService<IPurchaseStore>().AddAsync(purchase, Cancel);
            if (isPaid)
            {
                await Store.ExecuteAsync(new GrantCommand(purchase.Account, isPlan ? GrantKind.Plan : GrantKind.Purchase, purchase.Credits - purchase.BonusCredits) { Key = purchase.LedgerKey(1), Reference = purchase.Id.ToString() }, Cancel);
                await Store.ExecuteAsync(Ledger.Commands.Hold(purchase.Account, random.Next(1, 5)), Cancel);
            }
        }

        public async Task<long> RollUpAsync(int which)
        {
            if (which < 2)
            {
                return await rollUps[which].RunAsync(null, Cancel);
            }

            return (await Task.WhenAll(rollUps.Select(rollUp => rollUp.RunAsync(null, Cancel)))).Sum();
        }

        public async Task<AnalyticsFigures> TotalsAsync() =>
            (await hosts[0].Services.GetRequiredService<ICreditAnalytics>().GetReportAsync(new AnalyticsQuery(Now.AddDays(-2), Now.AddDays(1), AnalyticsInterval.Day), Cancel)).Totals;

        public async Task CompareAsync(Random random)
        {
            var toCome = 0m;
            var (accounts, guests, claims) = await HistoryAsync();
            var purchases = await hosts[0].Services.GetRequiredService<IPurchaseDirectory>().FindPurchasesAsync(new PurchaseSearch { Limit = 1_000 }, Cancel);
            var first = accounts.SelectMany(account => account.Entries).Select(entry => entry.At).Append(Now).Min();
            var days = (int)Math.Ceiling((Now - first).TotalDays) + 2;
            foreach (var interval in Enum.GetValues<AnalyticsInterval>())
            {
                for (var attempt = 0; attempt < 5; attempt++)
                {
                    var from = attempt == 0 ? first : first.AddHours(random.Next(-24, days * 24));
                    var to = attempt == 0 ? Now.AddDays(1) : from.AddHours(random.Next(1, interval == AnalyticsInterval.Hour ? 400 : 4_000));
                    to = interval == AnalyticsInterval.Hour && to - from > TimeSpan.FromHours(990) ? from.AddHours(990) : to;
                    var query = new AnalyticsQuery(from, to, interval) { TopAccounts = random.Next(1, 8) };

                    var report = await analytics.GetReportAsync(query, Cancel);

                    report.AsOf.ShouldNotBeNull();
                    Json(report with { AsOf = null }).ShouldBe(Json(MemoryCreditAnalytics.Report(query, accounts, guests, claims, [.. purchases], Now)), query.ToString());
                    toCome += report.Outstanding.Deferred.Sum(money => money.Amount);
                }
            }

            (toCome > 0).ShouldBe(purchases.Any(purchase => purchase.Total is not null && purchase.PaysUntil > Now), "Where plans are paid ahead, some of it is deferred.");
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var host in hosts)
            {
                await AppHost.DisposeAsync(host);
            }

            await database.DisposeAsync();
        }

        private static Task<IHost> StartHostAsync(TestDatabase database, TimeProvider clock) =>
            AppHost.StartAsync(database.Use, clock);

        private async Task<(AccountHistory[] Accounts, Generation[] Guests, GuestClaim[] Claims)> HistoryAsync()
        {
            var archive = hosts[0].Services.GetRequiredService<ILedgerArchive>();
            var accounts = new List<AccountHistory>();
            foreach (var account in await archive.GetAccountsAsync(null, null, 1_000, Cancel))
            {
                accounts.Add(await archive.ReadAsync(account, async found => new AccountHistory(found.State, [.. found.Grants], await found.Generations.ToArrayAsync(Cancel), await found.Entries.ToArrayAsync(Cancel)), Cancel));
            }

            await using var context = database.NewContext();
            var guests = await context.Set<GuestGenerationRow>().AsNoTracking().ToListAsync(Cancel);
            var claims = await context.Set<GuestClaimRow>().AsNoTracking().ToListAsync(Cancel);
            return ([.. accounts], [.. guests.Select(row => row.ToGeneration())], [.. claims.Select(row => new GuestClaim(row.GuestId, new AccountId(row.AccountId), Stored.Time(row.ClaimedAt)))]);
        }

        private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Converters = { new PlainMoney() } };

        private static string Json(AnalyticsReport report) => JsonSerializer.Serialize(report, Readable);
    }

    /// <summary>Writes 1.50 as 1.5: which zeros are kept depends on the order in which amounts were added.</summary>
    private sealed class PlainMoney : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDecimal();

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value / 1.0000000000000000000000000000m);
    }
}
