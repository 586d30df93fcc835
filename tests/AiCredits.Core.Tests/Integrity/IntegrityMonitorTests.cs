using AiCredits.Core.Tests;
using AiCredits.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace AiCredits.Integrity;

public sealed class IntegrityMonitorTests : IAsyncDisposable
{
    private static readonly AccountId Alice = new("alice");
    private readonly CoreApp app;
    private AlteredArchive? archive;

    public IntegrityMonitorTests() => app = new CoreApp(
        new() { ["AiCredits:Integrity:MaxEntries"] = "10" },
        builder => builder.Services.AddSingleton<ILedgerArchive>(services => archive = new AlteredArchive(services.GetRequiredService<MemoryCreditStore>())));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task What_adds_up_is_healthy_and_counted()
    {
        await SpendAsync();
        using var looked = app.Measure<long>("aicredits.integrity.accounts");

        (await app.Get<IntegrityMonitor>().LookAtAsync(Alice, Cancel)).ShouldBeEmpty();

        looked.GetMeasurementSnapshot().Count.ShouldBe(1);
        app.Get<IntegrityMonitor>().Status.Faults.ShouldBeEmpty();
        (await app.Get<LedgerHealthCheck>().CheckHealthAsync(new HealthCheckContext(), Cancel)).Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Every_figure_that_the_quick_look_covers_is_found_when_it_is_changed()
    {
        await SpendAsync();
        var last = (await app.Store.GetAccountAsync(Alice, Cancel)).State.Sequence;
        last.ShouldBeGreaterThan(10);
        var check = new IntegrityCheck(new Lazy<ILedgerArchive>(app.Get<ILedgerArchive>).Value);
        var found = new List<(string What, int Faults)>();

        async Task Try(string what, Func<AccountArchive, AccountArchive> change)
        {
            archive!.Alter = change;
            found.Add((what, (await check.RunRecentAsync(Alice, 10, Cancel)).Faults.Count));
        }

        async Task TryEntry(string what, Func<Entry, Entry> change)
        {
            archive!.AlterEntry(last - 3, change);
            found.Add((what, (await check.RunRecentAsync(Alice, 10, Cancel)).Faults.Count));
        }

        await TryEntry("amount", entry => entry with { Amount = entry.Amount + 1 });
        await TryEntry("time", entry => entry with { At = entry.At.AddDays(-1) });
        await TryEntry("kind", entry => entry with { Kind = entry.Kind == EntryKind.Hold ? EntryKind.Release : EntryKind.Hold });
        await TryEntry("available after", entry => entry with { AvailableAfter = entry.AvailableAfter + 1 });
        await TryEntry("key", entry => entry with { Key = "another" });
        await TryEntry("description", entry => entry with { Description = "another" });
        await TryEntry("hash", entry => entry with { Hash = new byte[32] });
        await TryEntry("number", entry => entry with { Sequence = entry.Sequence + 100 });
        await Try("a missing entry", read => read with { Entries = read.Entries.Where(entry => entry.Sequence != last - 2) });
        await Try("the last entry", read => read with { Entries = read.Entries.Where(entry => entry.Sequence != last) });
        await Try("available", read => read with { State = read.State with { Available = read.State.Available + 1 } });
        await Try("spent", read => read with { State = read.State with { Spent = read.State.Spent + 1 } });
        await Try("held", read => read with { State = read.State with { Held = read.State.Held + 1 } });
        await Try("debt", read => read with { State = read.State with { Debt = 1 } });
        await Try("head", read => read with { State = read.State with { ChainHead = new byte[32] } });
        await Try("sequence", read => read with { State = read.State with { Sequence = last - 1 } });
        await Try("a grant", read => read with { Grants = [.. read.Grants.Select(grant => grant with { Available = grant.Available + 1 })] });
        await Try("a missing grant", read => read with { Grants = [] });
        await Try("a missing hold", read => read with { OpenHolds = [] });
        await Try("a hold", read => read with { OpenHolds = [.. read.OpenHolds.Select(hold => hold with { Amount = hold.Amount + 1 })] });
        await Try("beyond counting", read => read with { State = read.State with { Available = Credits.FromMillionths(long.MaxValue), Held = Credits.FromMillionths(long.MaxValue) } });

        found.Where(one => one.Faults == 0).Select(one => one.What).ShouldBeEmpty();
        archive!.Alter = static read => read;
        (await check.RunRecentAsync(Alice, 10, Cancel)).IsClean.ShouldBeTrue();
        (await check.RunRecentAsync(Alice, 1, Cancel)).IsClean.ShouldBeTrue();
        (await check.RunRecentAsync(new AccountId("nobody"), 10, Cancel)).IsClean.ShouldBeTrue();
    }

    [Fact]
    public async Task A_fault_is_counted_each_look_logged_once_and_gone_when_the_account_adds_up_again()
    {
        await SpendAsync();
        var monitor = app.Get<IntegrityMonitor>();
        var health = app.Get<LedgerHealthCheck>();
        using var faults = app.Measure<long>("aicredits.integrity.faults");
        archive!.Alter = read => read with { State = read.State with { Spent = read.State.Spent + 1 } };

        (await health.CheckHealthAsync(new HealthCheckContext(), Cancel)).Status.ShouldBe(HealthStatus.Unhealthy);
        faults.GetMeasurementSnapshot().Sum(one => one.Value).ShouldBe(1);
        monitor.Status.Faults.ShouldHaveSingleItem().Account.ShouldBe(Alice);
        Logged().ShouldBe(1);

        // Looked at again and again, and one more finding is news.
        await monitor.RunAsync(Cancel);
        faults.GetMeasurementSnapshot().Sum(one => one.Value).ShouldBe(2);
        Logged().ShouldBe(1);
        archive.Alter = read => read with { State = read.State with { Spent = read.State.Spent + 1 }, Grants = [] };
        await monitor.RunAsync(Cancel);
        monitor.Status.Faults.Count.ShouldBeGreaterThan(1);
        Logged().ShouldBe(2);

        // Nobody has written to the account meanwhile: it is looked at again because it did not add up.
        archive.Alter = static read => read;
        await monitor.RunAsync(Cancel);

        monitor.Status.Faults.ShouldBeEmpty();
        (await health.CheckHealthAsync(new HealthCheckContext(), Cancel)).Status.ShouldBe(HealthStatus.Healthy);

        int Logged() => app.Logs.GetSnapshot().Count(line => line.Id.Id == 1060);
    }

    [Fact]
    public async Task The_background_check_looks_at_what_this_process_has_written_to_and_at_no_more_than_it_may()
    {
        app.Change("AiCredits:Integrity:MaxAccounts", "3");
        var monitor = app.Get<IntegrityMonitor>();
        await monitor.RunAsync(Cancel);
        foreach (var number in Enumerable.Range(0, 10))
        {
            await app.Store.ExecuteAsync(new GrantCommand(new AccountId($"user-{number}"), GrantKind.Promotion, 1) { Key = "once" }, Cancel);
        }

        using var looked = app.Measure<long>("aicredits.integrity.accounts");
        await monitor.RunAsync(Cancel);
        looked.GetMeasurementSnapshot().Count.ShouldBe(3);

        await monitor.RunAsync(Cancel);
        looked.GetMeasurementSnapshot().Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_check_in_the_background_that_falls_behind_is_degraded()
    {
        var health = app.Get<LedgerHealthCheck>();
        app.Clock.Advance(TimeSpan.FromMinutes(6));
        (await health.CheckHealthAsync(new HealthCheckContext(), Cancel)).Status.ShouldBe(HealthStatus.Degraded);

        await app.Get<IntegrityMonitor>().RunAsync(Cancel);
        (await health.CheckHealthAsync(new HealthCheckContext(), Cancel)).Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Health_checks_go_through_all_accounts_in_turn_with_a_rest_between()
    {
        foreach (var number in Enumerable.Range(0, 12))
        {
            await app.Store.ExecuteAsync(new GrantCommand(new AccountId($"user-{number:d2}"), GrantKind.Promotion, 1) { Key = "once" }, Cancel);
        }

        var health = app.Get<LedgerHealthCheck>();
        using var looked = app.Measure<long>("aicredits.integrity.accounts");
        foreach (var expected in (int[])[5, 10, 12, 17])
        {
            await health.CheckHealthAsync(new HealthCheckContext(), Cancel);
            await health.CheckHealthAsync(new HealthCheckContext(), Cancel);
            looked.GetMeasurementSnapshot().Count.ShouldBe(expected);
            app.Clock.Advance(TimeSpan.FromSeconds(11));
        }
    }

    [Theory]
    [InlineData("Integrity:Interval", "00:00:00", "AIC1050")]
    [InlineData("Integrity:MaxEntries", "0", "AIC1050")]
    [InlineData("Integrity:CheckpointsKept", "0", "AIC1051")]
    [InlineData("Integrity:CheckpointSecret", "c2hvcnQ=", "AIC1052")]
    [InlineData("Integrity:CheckpointSecret", "no Base64 at all, whatever its length is", "AIC1052")]
    [InlineData("Integrity:CheckpointFolder", "somewhere", "AIC1053")]
    public async Task Wrong_settings_are_refused(string key, string value, string code)
    {
        await using var wrong = new CoreApp(new() { [$"AiCredits:{key}"] = value });
        Should.Throw<OptionsValidationException>(() => wrong.Options).Message.ShouldContain(code);
    }

    private async Task SpendAsync()
    {
        archive = (AlteredArchive)app.Get<ILedgerArchive>();
        await app.Store.ExecuteAsync(new GrantCommand(Alice, GrantKind.Promotion, 50) { Key = "once" }, Cancel);
        foreach (var _ in Enumerable.Range(0, 6))
        {
            var id = Guid.CreateVersion7();
            var start = new GenerationStart { Model = "flux-dev", PriceVersion = "v1" };
            await app.Store.ExecuteAsync(new HoldCommand(Alice, id, 2, TimeSpan.FromHours(1), start) { Key = $"hold {id}" }, Cancel);
            await app.Store.ExecuteAsync(new CaptureCommand(Alice, id, 1, new GenerationEnd { Outcome = GenerationOutcome.Succeeded }), Cancel);
            await app.Store.ExecuteAsync(new HoldCommand(Alice, Guid.CreateVersion7(), 1, TimeSpan.FromHours(1), start), Cancel);
        }
    }
}
