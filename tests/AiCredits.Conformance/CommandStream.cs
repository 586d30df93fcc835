using AiCredits.Ledger;

namespace AiCredits.Conformance;

/// <summary>
/// Random commands to one account, the same for the same seed and answers. Ids, keys, amounts and times come from small
/// sets, so that repeats, conflicts and ties in time are common.
/// </summary>
public sealed class CommandStream
{
    private static readonly long[] Spends = [1, 2, 500_000, 1_000_000, 1_000_000, 1_500_000, 2_000_000, 3_333_333, 5_000_000, 12_000_000];
    private static readonly long[] Grants = [1, 1_000_000, 3_000_000, 3_333_333, 5_000_000, 10_000_000, 20_000_000];
    private static readonly int[] Milliseconds = [1_000, 2_000, 3_000, 5_000, 10_000, 60_000];
    private static readonly GrantKind[] Kinds = Enum.GetValues<GrantKind>();
    private static readonly IReadOnlyList<string>[] Restrictions = [[], [], [], [], ["a"], ["b"], ["a", "b"]];
    private static readonly GenerationStart[] Starts = [new() { Model = "a" }, new() { Model = "b" }, new() { Model = "a", Count = 2, Prompt = "A cat" }];
    private static readonly GenerationOutcome[] Outcomes = Enum.GetValues<GenerationOutcome>();
    private static readonly GenerationEnd[] Ends = [.. Outcomes.Select(outcome => new GenerationEnd { Outcome = outcome })];

    private readonly Random _random;
    private readonly AccountId _account;
    private readonly bool _timePasses;
    private readonly Guid[] _holds;
    private readonly string[] _keys;
    private readonly List<long> _grants = [];

    /// <summary>Starts a stream.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="account">The account.</param>
    /// <param name="start">The time at the start (UTC).</param>
    /// <param name="timePasses">False to make commands of which nothing ends by itself, for stores whose clock can't be set.</param>
    /// <param name="holds">How many ids of holds there are: few make many repeats.</param>
    public CommandStream(int seed, AccountId account, DateTime start, bool timePasses = true, int holds = 24)
    {
        _random = new Random(seed);
        _account = account;
        _timePasses = timePasses;
        Now = start;
        _holds = new Guid[holds];
        var bytes = new byte[16];
        for (var index = 0; index < holds; index++)
        {
            _random.NextBytes(bytes);
            _holds[index] = new Guid(bytes);
        }

        _keys = [.. Enumerable.Range(0, holds).Select(index => $"key-{index}")];
    }

    /// <summary>The time of the next command (UTC), once <see cref="Next"/> was called.</summary>
    public DateTime Now { get; private set; }

    /// <summary>Lets time pass and makes a command.</summary>
    public LedgerCommand Next()
    {
        if (_timePasses && _random.Next(4) == 0)
        {
            Now += _random.Next(8) switch
            {
                0 => TimeSpan.FromMicroseconds(1),
                7 => Long(),
                _ => TimeSpan.FromMilliseconds(500 * _random.Next(1, 5)),
            };
        }

        return _random.Next(100) switch
        {
            < 34 => Hold(),
            < 56 => Capture(),
            < 65 => new ReleaseCommand(_account, Any(_holds), Any(Ends)) { Key = Sometimes(6) },
            < 80 => Grant(),
            < 86 => Revoke(),
            < 92 => new RefundCommand(_account, Any(_holds)) { Key = Any(_keys) },
            < 95 when _timePasses => new RenewCommand(_account, Any(_holds), Long()),
            < 97 => new FreezeCommand(_account, _random.Next(3) == 0) { Key = Any(_keys) },
            _ => new TouchCommand(_account),
        };
    }

    /// <summary>Tells the stream an answer, so that it can name the grants there are.</summary>
    public void Saw(LedgerResult result)
    {
        if (result is GrantResult.Granted { Replayed: false } granted)
        {
            _grants.Add(granted.GrantId);
        }
    }

    private HoldCommand Hold() => new(_account, Any(_holds), Credits.FromMillionths(Any(Spends)), Long(), Any(Starts))
    {
        Key = Sometimes(3),
        OnExpiry = _random.Next(4) == 0 ? HoldExpiryPolicy.Capture : HoldExpiryPolicy.Release,
        WelcomeFirst = _random.Next(4) == 0,
    };

    private CaptureCommand Capture()
    {
        var final = _random.Next(3) != 0;
        return new CaptureCommand(_account, Any(_holds), !final || _random.Next(2) == 0 ? Credits.FromMillionths(Any(Spends)) : null, Any(Ends))
        {
            Final = final,
            Key = final ? Sometimes(4) : Any(_keys),
            Overrun = _random.Next(2) == 0 ? OverrunPolicy.Extra : OverrunPolicy.Cap,
            ChargeWhenExpired = _random.Next(5) != 0,
        };
    }

    private GrantCommand Grant() => new(_account, Any(Kinds), Credits.FromMillionths(Any(Grants)))
    {
        Key = Any(_keys),
        Priority = _random.Next(4) == 0 ? _random.Next(-1, 2) : 0,
        EffectiveAt = _random.Next(5) == 0 ? Now + Short() : null,
        ExpiresAt = _random.Next(2) == 0 ? Now + TimeSpan.FromSeconds(1.5) + Long() : null,
        Models = Any(Restrictions),
        Reference = _random.Next(3) == 0 ? "reference" : null,
    };

    private RevokeCommand Revoke() => new(
        _account,
        _grants.Count == 0 || _random.Next(10) == 0 ? _random.Next(1, 50) : _grants[_random.Next(_grants.Count)],
        _random.Next(2) == 0 ? Credits.FromMillionths(Any(Grants)) : null)
    {
        Key = Any(_keys),
        ToDebt = _random.Next(2) == 0,
    };

    // Times that matter lie far beyond a test where time can't be set.
    private TimeSpan Short() => _timePasses ? TimeSpan.FromMilliseconds(500 * _random.Next(1, 4)) : TimeSpan.FromDays(1);

    private TimeSpan Long() => _timePasses ? TimeSpan.FromMilliseconds(Any(Milliseconds)) : TimeSpan.FromDays(2 + _random.Next(20));

    private string? Sometimes(int oneIn) => _random.Next(oneIn) == 0 ? Any(_keys) : null;

    private T Any<T>(T[] items) => items[_random.Next(items.Length)];
}
