using AiCredits.Core.Tests;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.Transfers;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.Teams;

/// <summary>What is changed of members and transfers behind the ledger's back is found.</summary>
public sealed class TeamProofTests : IAsyncDisposable
{
    private static readonly AccountId Team = new("team");
    private static readonly AccountId Other = new("other");
    private readonly CoreApp app = new(build: builder => builder.Services.AddSingleton<ILedgerArchive>(services => new AlteredArchive(services.GetRequiredService<MemoryCreditStore>())));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private AlteredArchive Archive => (AlteredArchive)app.Get<ILedgerArchive>();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Every_figure_of_a_member_is_covered()
    {
        await SpendAsync();
        (await FaultsAsync(static read => read)).ShouldBe(0);

        (string, Func<Member, Member>)[] changes =
        [
            ("used in the day", member => member with { UsedInDay = member.UsedInDay - 1 }),
            ("used in the month", member => member with { UsedInMonth = member.UsedInMonth + 1 }),
            ("daily cap", member => member with { DailyCap = 1_000 }),
            ("monthly cap", member => member with { MonthlyCap = null }),
            ("cycle", member => member with { CycleAnchor = DateTime.UnixEpoch }),
            ("removed", member => member with { Removed = true }),
            ("id", member => member with { Id = "eve" }),
            ("first entry", member => member with { DayFrom = 1_000 }),
        ];
        foreach (var (what, change) in changes)
        {
            (await FaultsAsync(read => read with { Members = [.. read.Members.Select(change)] })).ShouldBePositive(what);
        }

        (await FaultsAsync(read => read with { Members = [] })).ShouldBePositive("a missing member");
        (await FaultsAsync(read => read with { OpenHolds = [.. read.OpenHolds.Select(hold => hold with { Generation = hold.Generation with { Member = null } })] })).ShouldBePositive("whose hold it is");
        (await FaultsAsync(read => read with { Generations = read.Generations.Select(generation => generation with { Start = generation.Start with { Member = "bob" } }) })).ShouldBePositive("whose generation it is");
    }

    [Fact]
    public async Task A_transfer_that_got_lost_or_was_forged_is_found_at_either_end()
    {
        await SpendAsync();
        var sent = (await app.Get<CreditTransfers>().SendAsync(new TransferCommand(Team, Guid.CreateVersion7(), Other, 5), Cancel)).ShouldBeOfType<TransferResult.Sent>();
        var check = new IntegrityCheck(Archive);
        (await check.RunAsync(cancellationToken: Cancel)).Faults.ShouldBeEmpty();

        // It has left, is not under way, and the other account knows nothing of it.
        var lost = new CoreApp();
        await using (lost)
        {
            await lost.Store.ExecuteAsync(new GrantCommand(Team, GrantKind.Promotion, 100) { Key = "once" }, Cancel);
            var left = (await lost.Store.ExecuteAsync(new TransferCommand(Team, Guid.CreateVersion7(), Other, 5), Cancel)).ShouldBeOfType<TransferResult.Sent>();
            (await lost.Get<IntegrityCheck>().RunAsync(cancellationToken: Cancel)).Faults.ShouldBeEmpty();
            await lost.Get<ITransferStore>().CompleteTransferAsync(left.Pending!, Cancel);
            (await lost.Get<IntegrityCheck>().RunAsync(Team, Cancel)).Faults.ShouldHaveSingleItem().Rule.ShouldBe(IntegrityRule.Transfer);

            // And one that arrives without having left, or with more than has left.
            await lost.Store.ExecuteAsync(new ReceiveCommand(left.Pending! with { Id = Guid.CreateVersion7() }), Cancel);
            await lost.Store.ExecuteAsync(new ReceiveCommand(left.Pending! with { Parts = [left.Pending!.Parts[0] with { Amount = 6 }] }), Cancel);
            (await lost.Get<IntegrityCheck>().RunAsync(Other, Cancel)).Faults.Count(fault => fault.Rule == IntegrityRule.Transfer).ShouldBe(2);
        }

        // A row that says something is under way which never left.
        var forged = sent.Pending! with { Id = Guid.CreateVersion7() };
        (await FaultsAsync(read => read with { PendingTransfers = [forged] })).ShouldBePositive();
    }

    [Fact]
    public async Task The_sweeper_completes_what_was_left_half_way()
    {
        await SpendAsync();
        await app.Store.ExecuteAsync(new TransferCommand(Team, Guid.CreateVersion7(), Other, 5), Cancel);
        var transfers = app.Get<CreditTransfers>();

        (await transfers.CompleteAllAsync(UtcMicroseconds.Now(app.Clock) - TimeSpan.FromSeconds(10), 100, Cancel)).ShouldBe(0);
        app.Clock.Advance(TimeSpan.FromSeconds(11));
        (await transfers.CompleteAllAsync(UtcMicroseconds.Now(app.Clock) - TimeSpan.FromSeconds(10), 100, Cancel)).ShouldBe(1);
        (await transfers.CompleteAllAsync(UtcMicroseconds.Now(app.Clock), 100, Cancel)).ShouldBe(0);

        (await app.Store.GetAccountAsync(Other, Cancel)).State.Available.ShouldBe(5);
    }

    [Fact]
    public async Task A_shared_account_gets_no_welcome_and_its_members_their_caps()
    {
        var pricing = app.Prices.Find("flux-dev")!;
        await app.Get<CreditTeams>().SetAsync(Team, "ann", new MemberCaps(Daily: 1), "set", cancellationToken: Cancel);
        var ann = new AiCredits.Metering.Caller.Account(Team) { Member = "ann" };

        (await app.Meter.HoldAsync(new(ann, pricing.Quote(1)), Cancel)).ShouldBeOfType<AiCredits.Metering.Admission.InsufficientCredits>();
        await app.Store.ExecuteAsync(new GrantCommand(Team, GrantKind.Purchase, 10) { Key = "bought" }, Cancel);
        (await app.Meter.HoldAsync(new(ann, pricing.Quote(1)), Cancel)).ShouldBeOfType<AiCredits.Metering.Admission.Admitted>();
        var reached = (await app.Meter.HoldAsync(new(ann, pricing.Quote(1)), Cancel)).ShouldBeOfType<AiCredits.Metering.Admission.MemberCapReached>();
        (reached.Window, reached.Cap, reached.Used).ShouldBe((MemberCap.Day, 1, 1));
        (await app.Meter.HoldAsync(new(ann with { Member = "eve" }, pricing.Quote(1)), Cancel)).ShouldBeOfType<AiCredits.Metering.Admission.NotAMember>();
        (await app.Meter.GetAccountAsync(ann, Cancel)).State.Welcomed.ShouldBeFalse();
    }

    [Theory]
    [InlineData(null, "2026-11-24T10:00:00Z", "2026-12-01T00:00:00Z")]
    [InlineData(null, "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z")]
    [InlineData("2026-01-31T08:00:00Z", "2026-02-10T00:00:00Z", "2026-02-28T08:00:00Z")]
    [InlineData("2026-01-31T08:00:00Z", "2026-02-28T08:00:00Z", "2026-03-31T08:00:00Z")]
    [InlineData("2024-02-29T00:00:00Z", "2026-02-27T12:00:00Z", "2026-02-28T00:00:00Z")]
    [InlineData("2026-11-15T00:00:00Z", "2026-11-20T00:00:00Z", "2026-12-15T00:00:00Z")]
    [InlineData("2026-11-15T00:00:00Z", "2026-11-15T00:00:00Z", "2026-12-15T00:00:00Z")]
    [InlineData("2030-06-15T00:00:00Z", "2026-11-20T00:00:00Z", "2026-12-15T00:00:00Z")]
    public void Months_end_by_the_calendar_or_by_the_billing_cycle(string? anchor, string now, string end) =>
        MemberWindows.MonthEnd(anchor is null ? null : At(anchor), At(now)).ShouldBe(At(end));

    private static DateTime At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime;

    private async Task SpendAsync()
    {
        await app.Store.ExecuteAsync(new GrantCommand(Team, GrantKind.Promotion, 100) { Key = "once" }, Cancel);
        await app.Get<CreditTeams>().SetAsync(Team, "ann", new MemberCaps(10, 50), "set", "owner", cancellationToken: Cancel);
        var start = new GenerationStart { Model = "flux-dev", PriceVersion = "v1" };
        foreach (var _ in Enumerable.Range(0, 3))
        {
            var id = Guid.CreateVersion7();
            await app.Store.ExecuteAsync(new HoldCommand(Team, id, 2, TimeSpan.FromHours(1), start) { Member = "ann" }, Cancel);
            await app.Store.ExecuteAsync(new CaptureCommand(Team, id, 1, new GenerationEnd { Outcome = GenerationOutcome.Succeeded }), Cancel);
        }

        await app.Store.ExecuteAsync(new HoldCommand(Team, Guid.CreateVersion7(), 1, TimeSpan.FromHours(1), start) { Member = "ann" }, Cancel);
    }

    private async Task<int> FaultsAsync(Func<AccountArchive, AccountArchive> change)
    {
        Archive.Alter = change;
        var faults = (await new IntegrityCheck(Archive).RunAsync(Team, Cancel)).Faults.Count;
        Archive.Alter = static read => read;
        return faults;
    }
}
