using System.Diagnostics;
using System.Globalization;

namespace AiCredits.Reliability;

/// <summary>One run of a scenario: its seed, how long it goes on, and what came of it. Thread-safe.</summary>
internal sealed class Run
{
    private const int MaxFailures = 10;

    private readonly Lock _gate = new();
    private readonly List<string> _order = [];
    private readonly Dictionary<string, long> _figures = new(StringComparer.Ordinal);
    private readonly List<string> _failures = [];
    private long _startedAt = Stopwatch.GetTimestamp();
    private readonly TimeSpan? _duration;

    /// <param name="seed">Where all chance comes from.</param>
    /// <param name="duration">How long it goes on; null for the slice that the scenario names.</param>
    public Run(int seed, TimeSpan? duration = null) => (Seed, _duration) = (seed, duration);

    public int Seed { get; }

    public bool IsSlice => _duration is null;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_startedAt);

    /// <summary>How many failures there were; only the first few are kept.</summary>
    public long Failed { get; private set; }

    public IReadOnlyList<string> Failures
    {
        get
        {
            lock (_gate)
            {
                return [.. _failures];
            }
        }
    }

    /// <summary>The figures as the table has them.</summary>
    public string Figures
    {
        get
        {
            lock (_gate)
            {
                return string.Join(", ", _order.Select(what => string.Create(CultureInfo.InvariantCulture, $"{_figures[what]:N0} {what}")));
            }
        }
    }

    /// <summary>True while another round is to be made. The time counts from the first round, when servers and processes are there.</summary>
    /// <param name="round">The round, from 0.</param>
    /// <param name="slice">How many rounds a slice has.</param>
    public bool GoesOn(long round, long slice)
    {
        if (round == 0)
        {
            _startedAt = Stopwatch.GetTimestamp();
        }

        return Failed < MaxFailures && (_duration is { } duration ? Elapsed < duration : round < slice);
    }

    /// <summary>The seed of a round; not below zero, since chance takes a negative seed for a positive one.</summary>
    public int SeedOf(long round) => (int)(((Seed * 1_000_003L) + round) & int.MaxValue);

    public long Figure(string what)
    {
        lock (_gate)
        {
            return _figures.GetValueOrDefault(what);
        }
    }

    /// <summary>Adds to a figure.</summary>
    public void Count(string what, long by = 1)
    {
        lock (_gate)
        {
            Note(what);
            _figures[what] += by;
        }
    }

    /// <summary>Keeps the highest value of a figure.</summary>
    public void Peak(string what, long value)
    {
        lock (_gate)
        {
            Note(what);
            _figures[what] = Math.Max(_figures[what], value);
        }
    }

    public void Fail(string what)
    {
        lock (_gate)
        {
            Failed++;
            if (_failures.Count < MaxFailures)
            {
                _failures.Add(what);
            }
        }
    }

    private void Note(string what)
    {
        if (_figures.TryAdd(what, 0))
        {
            _order.Add(what);
        }
    }
}
