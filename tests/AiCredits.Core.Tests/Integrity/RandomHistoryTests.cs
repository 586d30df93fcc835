using AiCredits.Integrity;

namespace AiCredits.Core.Tests.Integrity;

/// <summary>Random commands, decided by the kernel in batches of random size, must always prove clean from the entries alone.</summary>
public class RandomHistoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Every_random_history_proves_clean(int seed)
    {
        for (var round = 0; round < 500; round++)
        {
            var history = new RandomHistory((seed * 1_000) + round);
            history.Run(commands: 400);
            var (entries, faults, _) = await AccountProof.CheckAsync(history.Archive(), TestContext.Current.CancellationToken);
            faults.ShouldBeEmpty($"seed {seed}, round {round}");
            entries.ShouldBeGreaterThan(50);
        }
    }

    [Fact]
    public async Task A_changed_entry_is_found()
    {
        var history = new RandomHistory(42);
        history.Run(commands: 200);
        var archive = history.Archive();
        var entries = history.Entries.ToArray();
        var middle = entries.Length / 2;
        entries[middle] = entries[middle] with { Amount = entries[middle].Amount + Credits.FromMillionths(1) };

        var (_, faults, _) = await AccountProof.CheckAsync(archive with { Entries = entries.ToAsyncEnumerable() }, TestContext.Current.CancellationToken);

        faults.ShouldContain(fault => fault.Rule == IntegrityRule.Chain);
    }

    [Fact]
    public async Task A_missing_last_entry_is_found()
    {
        var history = new RandomHistory(43);
        history.Run(commands: 200);

        var (_, faults, _) = await AccountProof.CheckAsync(history.Archive() with { Entries = history.Entries.SkipLast(1).ToAsyncEnumerable() }, TestContext.Current.CancellationToken);

        faults.ShouldContain(fault => fault.Rule == IntegrityRule.Sequence);
    }

    [Fact]
    public async Task A_changed_grant_is_found()
    {
        var history = new RandomHistory(44);
        history.Run(commands: 200);
        var archive = history.Archive();
        var grants = archive.Grants.ToArray();
        grants[0] = grants[0] with { Available = grants[0].Available + Credits.FromMillionths(1) };

        var (_, faults, _) = await AccountProof.CheckAsync(archive with { Grants = grants }, TestContext.Current.CancellationToken);

        faults.ShouldContain(fault => fault.Rule == IntegrityRule.Grant);
    }
}
