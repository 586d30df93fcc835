namespace AiCredits.DemoSite.Imaging;

/// <summary>Repeatable numbers (SplitMix64): the same seed draws the same picture on every machine and every .NET.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>From 0 up to, but not, 1.</summary>
    public float Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return ((mixed ^ (mixed >> 31)) >> 40) / (float)(1 << 24);
    }

    public float Between(float low, float high) => low + ((high - low) * Next());

    public int Below(int count) => (int)(Next() * count);

    public bool Chance(float probability) => Next() < probability;
}
