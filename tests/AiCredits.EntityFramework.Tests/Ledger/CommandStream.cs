using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>Random commands that repeat keys and ids often enough to meet every answer. The same seed gives the same stream.</summary>
internal sealed class CommandStream(int seed)
{
    private static readonly string[] Models = ["flux-dev", "nano-banana"];

    private readonly Random random = new(seed);
    private readonly List<Guid> holds = [];

    public int Next(int from, int to) => random.Next(from, to);

    /// <param name="account">The account.</param>
    /// <param name="now">The time now when things may end by themselves in the stream; null when they may not.</param>
    public LedgerCommand NextCommand(AccountId account, DateTime? now) => random.Next(100) switch
    {
        < 15 => Grant(account, now),
        < 50 => Hold(account, now),
        < 70 => Capture(account),
        < 80 => new ReleaseCommand(account, AnyHold(), new GenerationEnd { Outcome = GenerationOutcome.Failed, Error = "no GPU" }) { Key = AnyKey(3) },
        < 86 => new RefundCommand(account, AnyHold()) { Key = AnyKey() },
        < 92 => new RevokeCommand(account, random.Next(1, 30), random.Next(3) == 0 ? null : Amount()) { Key = AnyKey(), ToDebt = random.Next(2) == 0 },
        < 95 => new RenewCommand(account, AnyHold(), TimeSpan.FromMinutes(random.Next(1, 3000))),
        < 97 => new FreezeCommand(account, random.Next(3) == 0) { Key = AnyKey() },
        _ => new TouchCommand(account),
    };

    private GrantCommand Grant(AccountId account, DateTime? now)
    {
        var grant = new GrantCommand(account, random.Next(6) == 0 ? GrantKind.Welcome : GrantKind.Promotion, Amount() * 3) { Key = AnyKey(), Priority = random.Next(3) };
        if (random.Next(4) == 0)
        {
            grant = grant with { Models = [Models[random.Next(2)]] };
        }

        if (now is { } time && random.Next(2) == 0)
        {
            var effective = random.Next(3) == 0 ? time.AddSeconds(random.Next(1, 60)) : (DateTime?)null;
            grant = grant with { EffectiveAt = effective, ExpiresAt = (effective ?? time).AddSeconds(random.Next(1, 120)) };
        }

        return grant;
    }

    private HoldCommand Hold(AccountId account, DateTime? now)
    {
        var id = random.Next(10) == 0 && holds.Count > 0 ? AnyHold() : new Guid(holds.Count + 1, (short)seed, 0, 1, 2, 3, 4, 5, 6, 7, 8);
        if (!holds.Contains(id))
        {
            holds.Add(id);
        }

        var amount = Amount();
        return new HoldCommand(account, id, amount, now is null ? TimeSpan.FromDays(1) : TimeSpan.FromSeconds(random.Next(1, 60)), new GenerationStart { Model = Models[random.Next(2)], Price = amount, PriceVersion = "1" })
        {
            Key = AnyKey(2),
            OnExpiry = (HoldExpiryPolicy)random.Next(2),
            WelcomeFirst = random.Next(5) == 0,
        };
    }

    private CaptureCommand Capture(AccountId account)
    {
        var isFinal = random.Next(4) > 0;
        return new CaptureCommand(account, AnyHold(), isFinal && random.Next(2) == 0 ? null : Amount(), new GenerationEnd { Outcome = GenerationOutcome.Succeeded })
        {
            Final = isFinal,
            Key = isFinal ? AnyKey(3) : AnyKey(),
            Overrun = (OverrunPolicy)random.Next(Enum.GetValues<OverrunPolicy>().Length),
        };
    }

    private Guid AnyHold() => holds.Count == 0 ? new Guid(7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7) : holds[Math.Max(0, holds.Count - 1 - random.Next(25))];

    private string? AnyKey(int oneIn) => random.Next(oneIn) == 0 ? AnyKey() : null;

    private string AnyKey() => $"key {random.Next(300)}";

    private Credits Amount() => Credits.FromMillionths(random.Next(1, 20) * 250_000L);
}
