using AiCredits.Ledger;

namespace AiCredits.Conformance;

/// <summary>
/// Random commands to one account, the same for the same seed and answers. Amounts and times come from small sets and ids
/// and keys come back, so that exact fits, ties in time, repeats and conflicts are common.
/// </summary>
public sealed class CommandStream
{
    private static readonly long[] Spends = [1, 2, 500_000, 1_000_000, 1_000_000, 1_500_000, 2_000_000, 3_333_333, 5_000_000, 12_000_000];
    private static readonly long[] Grants = [1, 1_000_000, 3_000_000, 3_333_333, 5_000_000, 10_000_000, 20_000_000];
    private static readonly int[] Milliseconds = [1_000, 2_000, 3_000, 5_000, 10_000, 30_000, 60_000];
    private static readonly GrantKind[] Kinds = Enum.GetValues<GrantKind>();
    private static readonly IReadOnlyList<string>[] Restrictions = [[], [], [], [], ["a"], ["b"], ["a", "b"]];
    private static readonly GenerationStart[] Starts = [new() { Model = "a" }, new() { Model = "b" }, new() { Model = "a", Count = 2, Prompt = "A cat" }];
    private static readonly GenerationEnd[] Ends = [.. Enum.GetValues<GenerationOutcome>().Select(outcome => new GenerationEnd { Outcome = outcome })];

    private readonly Random _random;
    private readonly AccountId _account;
    private readonly int _seed;
    private readonly bool _timePasses;
    private readonly List<LedgerCommand> _sent = [];
    private readonly List<long> _grants = [];
    private int _holds;
    private int _keys;

    /// <summary>Starts a stream.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="account">The account.</param>
    /// <param name="start">The time at the start (UTC).</param>
    /// <param name="timePasses">False to make commands of which nothing ends by itself, for stores whose clock can't be set.</param>
    public CommandStream(int seed, AccountId account, DateTime start, bool timePasses = true)
    {
        _random = new Random(seed);
        _seed = seed;
        _account = account;
        _timePasses = timePasses;
        Now = start;
    }

    /// <summary>The time of the next command (UTC), once <see cref="Next"/> was called.</summary>
    public DateTime Now { get; private set; }

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time) => Now += time;

    /// <summary>Lets time pass and makes a command.</summary>
    public LedgerCommand Next()
    {
        if (_timePasses && _random.Next(6) == 0)
        {
            Now += _random.Next(8) switch
            {
                0 => TimeSpan.FromMicroseconds(1),
                7 => Long(),
                _ => TimeSpan.FromMilliseconds(500 * _random.Next(1, 5)),
            };
        }

        var command = _sent.Count > 0 && _random.Next(12) == 0 ? Recent(_sent, 30) : Fresh();
        _sent.Add(command);
        return command;
    }

    private LedgerCommand Fresh() => _random.Next(100) switch
    {
        < 33 => Hold(),
        < 57 => Capture(),
        < 66 => new ReleaseCommand(_account, SomeHold(), Any(Ends)) { Key = Sometimes(6) },
        < 81 => Grant(),
        < 87 => Revoke(),
        < 93 => new RefundCommand(_account, SomeHold()) { Key = Key() },
        < 96 when _timePasses => new RenewCommand(_account, SomeHold(), Long()),
        < 98 => new FreezeCommand(_account, _random.Next(4) == 0) { Key = Key() },
        _ => new TouchCommand(_account),
    };

    /// <summary>Tells the stream an answer, so that it can name the grants there are.</summary>
    public void Saw(LedgerResult result)
    {
        if (result is GrantResult.Granted { Replayed: false } granted)
        {
            _grants.Add(granted.GrantId);
        }
    }

    private HoldCommand Hold() => new(_account, _random.Next(20) == 0 ? SomeHold() : Id(_holds++), Credits.FromMillionths(Any(Spends)), Long(), Any(Starts))
    {
        Key = Sometimes(3),
        OnExpiry = _random.Next(4) == 0 ? HoldExpiryPolicy.Capture : HoldExpiryPolicy.Release,
        WelcomeFirst = _random.Next(4) == 0,
    };

    private CaptureCommand Capture()
    {
        var final = _random.Next(3) != 0;
        return new CaptureCommand(_account, SomeHold(), !final || _random.Next(2) == 0 ? Credits.FromMillionths(Any(Spends)) : null, Any(Ends))
        {
            Final = final,
            Key = final ? Sometimes(4) : Key(),
            Overrun = _random.Next(2) == 0 ? OverrunPolicy.Extra : OverrunPolicy.Cap,
            ChargeWhenExpired = _random.Next(5) != 0,
        };
    }

    private GrantCommand Grant() => _random.Next(12) switch
    {
        // Those that begin or end at this very moment.
        0 when _timePasses => Grant(Now, null),
        1 when _timePasses => Grant(null, Now),
        _ => Grant(_random.Next(5) == 0 ? Now + Short() : null, _random.Next(2) == 0 ? Now + TimeSpan.FromSeconds(1.5) + Long() : null),
    };

    private GrantCommand Grant(DateTime? effectiveAt, DateTime? expiresAt) => new(_account, Any(Kinds), Credits.FromMillionths(Any(Grants)))
    {
        Key = Key(),
        Priority = _random.Next(4) == 0 ? _random.Next(-1, 2) : 0,
        EffectiveAt = effectiveAt,
        ExpiresAt = expiresAt,
        Models = Any(Restrictions),
        Reference = _random.Next(3) == 0 ? "reference" : null,
    };

    private RevokeCommand Revoke() => new(
        _account,
        _grants.Count == 0 || _random.Next(12) == 0 ? _random.Next(1, 50) : Recent(_grants, 8),
        _random.Next(2) == 0 ? Credits.FromMillionths(Any(Grants)) : null)
    {
        Key = Key(),
        ToDebt = _random.Next(2) == 0,
    };

    // Times that matter lie far beyond a test where time can't be set.
    private TimeSpan Short() => _timePasses ? TimeSpan.FromMilliseconds(500 * _random.Next(1, 4)) : TimeSpan.FromDays(1);

    private TimeSpan Long() => _timePasses ? TimeSpan.FromMilliseconds(Any(Milliseconds)) : TimeSpan.FromDays(2 + _random.Next(20));

    private string? Sometimes(int oneIn) => _random.Next(oneIn) == 0 ? Key() : null;

    // Seldom one that another command has carried.
    private string Key() => $"key-{(_keys > 0 && _random.Next(12) == 0 ? _random.Next(Math.Max(0, _keys - 12), _keys) : _keys++)}";

    // Mostly one of the latest, which may still be open; seldom one that never was.
    private Guid SomeHold() => Id(_random.Next(30) == 0 ? _holds + 1_000 : Math.Max(0, _holds - _random.Next(1, _random.Next(4) == 0 ? 17 : 5)));

    private Guid Id(int number) => new(_seed, 0x0a1c, 0x7ed1, 0x80, 0, 0, 0, (byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number);

    private T Recent<T>(List<T> items, int count) => items[items.Count - 1 - _random.Next(Math.Min(items.Count, count))];

    private T Any<T>(T[] items) => items[_random.Next(items.Length)];
}
