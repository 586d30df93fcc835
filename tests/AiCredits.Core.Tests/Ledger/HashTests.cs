using AiCredits.Ledger;

namespace AiCredits.Core.Tests.Ledger;

/// <summary>Hashes are stored: these values must never change.</summary>
public sealed class HashTests
{
    private static readonly AccountId Account = new("account");
    private static readonly Guid Hold = new("0192f0c1-2345-7abc-8def-0123456789ab");
    private static readonly DateTime Noon = new(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly GenerationEnd End = new() { Outcome = GenerationOutcome.Succeeded };

    private static Entry Full => new()
    {
        Account = Account,
        Sequence = 7,
        At = Noon,
        Kind = EntryKind.Capture,
        Amount = 1.5m,
        Remainder = 0.5m,
        AvailableAfter = 10,
        HeldAfter = 2,
        DebtAfter = 0,
        Key = "key",
        RequestHash = 42,
        HoldId = Hold,
        GrantId = 3,
        GrantKind = GrantKind.Bonus,
        Slices = [new GrantSlice(1, 1), new GrantSlice(2, 0.5m)],
        EndsAt = Noon.AddDays(1),
        Model = "flux-dev",
        Description = "A cat 🐈",
        Actor = "admin",
        Reference = "pi_1",
    };

    private static Entry Bare => new() { Account = Account, Sequence = 1, At = Noon, Kind = EntryKind.Freeze };

    [Fact]
    public void The_hash_of_an_entry_is_what_it_always_was()
    {
        var first = EntryHash.Compute(new byte[32], Bare);

        Convert.ToHexStringLower(first).ShouldBe("2be40a88182dd8e9a6d52cb0d4881e20d58476a526f2c07cb5efad92b1ad2cc7");
        Convert.ToHexStringLower(EntryHash.Compute(first, Full)).ShouldBe("cd26d8d1dfc809f2751f7bf3a7f30567f03e79678d1b3c8664e18582aba829cc");
    }

    [Fact]
    public void The_hash_of_a_request_is_what_it_always_was()
    {
        (string, long)[] hashes =
        [
            ("hold", new HoldCommand(Account, Hold, 1.5m, TimeSpan.FromMinutes(1), new GenerationStart { Model = "flux-dev", Count = 2 }).HashRequest()),
            ("capture", new CaptureCommand(Account, Hold, 1, End) { Final = false, Overrun = OverrunPolicy.Extra }.HashRequest()),
            ("capture all", new CaptureCommand(Account, Hold, null, End).HashRequest()),
            ("release", new ReleaseCommand(Account, Hold, End).HashRequest()),
            ("grant", new GrantCommand(Account, GrantKind.Plan, 5) { Priority = 1, EffectiveAt = Noon, ExpiresAt = Noon.AddDays(1), Models = ["a", "b"], Reference = "r" }.HashRequest()),
            ("bare grant", new GrantCommand(Account, GrantKind.Plan, 5).HashRequest()),
            ("revoke", new RevokeCommand(Account, 3, 1) { ToDebt = true, Reference = "dp_1" }.HashRequest()),
            ("refund", new RefundCommand(Account, Hold).HashRequest()),
            ("freeze", new FreezeCommand(Account, true).HashRequest()),
            ("renew", new RenewCommand(Account, Hold, TimeSpan.FromMinutes(1)).HashRequest()),
        ];

        hashes.Select(hash => $"{hash.Item1} {hash.Item2}").ShouldBe(
        [
            "hold 7670393030034987571",
            "capture -3401891575758110996",
            "capture all 5296180908496049133",
            "release 1604921910699902167",
            "grant 4841240870746849418",
            "bare grant 6967452820045714293",
            "revoke -6313450708559180762",
            "refund 3829052836104638131",
            "freeze -3454965447986620339",
            "renew 8755497694916839172",
        ]);
    }

    [Fact]
    public void Every_field_of_an_entry_and_the_hash_before_count()
    {
        Entry[] others =
        [
            Full with { Account = new AccountId("other") },
            Full with { Sequence = 8 },
            Full with { At = Noon.AddTicks(10) },
            Full with { Kind = EntryKind.Release },
            Full with { Amount = 1.500001m },
            Full with { Remainder = 0 },
            Full with { AvailableAfter = 11 },
            Full with { HeldAfter = 1 },
            Full with { DebtAfter = 1 },
            Full with { Key = null },
            Full with { Key = "" },
            Full with { RequestHash = 43 },
            Full with { HoldId = null },
            Full with { HoldId = Guid.Empty },
            Full with { GrantId = null },
            Full with { GrantKind = null },
            Full with { Slices = [] },
            Full with { Slices = [new GrantSlice(2, 0.5m), new GrantSlice(1, 1)] },
            Full with { EndsAt = null },
            Full with { Model = null },
            Full with { Description = "A cat" },
            Full with { Actor = null },
            Full with { Reference = null },
            Full with { Model = "flux-de", Description = "vA cat 🐈" },
            Full with { Actor = "adminp", Reference = "i_1" },
        ];
        var hashes = others.Select(other => Convert.ToHexString(EntryHash.Compute(new byte[32], other))).ToList();
        hashes.Add(Convert.ToHexString(EntryHash.Compute(new byte[32], Full)));
        hashes.Add(Convert.ToHexString(EntryHash.Compute([.. new byte[31], 1], Full)));

        hashes.Distinct().Count().ShouldBe(others.Length + 2);
        typeof(Entry).GetProperties().Count(property => property.CanWrite).ShouldBe(21, "a new field of an entry must be hashed too, under a new version");
    }

    [Fact]
    public void An_entry_of_the_largest_size_can_be_hashed()
    {
        var text = new string('\u20AC', LedgerCommand.MaxTextLength);
        var slices = Enumerable.Range(0, 10_000).Select(index => new GrantSlice(index, 1)).ToArray();

        EntryHash.Compute(new byte[32], Full with { Slices = slices, Description = text, Actor = text, Reference = text, Key = new string('\u20AC', LedgerCommand.MaxKeyLength) }).Length.ShouldBe(32);
    }
}
