namespace AiCredits.Conformance.Purchases;

/// <summary>Decides when the process dies: before or after any step, at random.</summary>
public sealed class Crashes
{
    private readonly Lock gate = new();
    private Random random = new(1);

    /// <summary>How often a step kills, of a thousand.</summary>
    public int PerMille { get; set; }

    /// <summary>How many times the process has died.</summary>
    public int Count { get; private set; }

    /// <summary>Starts a new sequence of fates.</summary>
    public void Seed(int seed)
    {
        lock (gate)
        {
            random = new Random(seed);
        }
    }

    /// <summary>Dies, or goes on.</summary>
    public void Maybe()
    {
        lock (gate)
        {
            if (random.Next(1000) < PerMille)
            {
                Count++;
                throw new CrashException();
            }
        }
    }
}
