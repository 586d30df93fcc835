namespace AiCredits.DemoSite.Imaging;

/// <summary>A line across the picture that rises and falls: a few waves of smooth noise on top of each other.</summary>
internal sealed class Ridge
{
    private const int Knots = 64;

    private readonly float[] _noise = new float[Knots + 1];
    private readonly float _level;
    private readonly float _height;
    private readonly float _frequency;
    private readonly int _octaves;
    private readonly bool _isJagged;

    public Ridge(Dice dice, float level, float height, float frequency, int octaves, bool isJagged = false)
    {
        (_level, _height, _frequency, _octaves, _isJagged) = (level, height, frequency, octaves, isJagged);
        for (var knot = 0; knot < _noise.Length; knot++)
        {
            _noise[knot] = dice.Between(-1, 1);
        }
    }

    /// <summary>How far down the line is, in pixels; <paramref name="x"/> runs from 0 to 1 across the picture.</summary>
    public float At(float x)
    {
        var (sum, amplitude, frequency) = (0f, 1f, _frequency);
        for (var octave = 0; octave < _octaves; octave++)
        {
            sum += amplitude * Noise((x * frequency) + (octave * 17.3f));
            amplitude *= 0.48f;
            frequency *= 2.1f;
        }

        return _level - (_height * sum);
    }

    private float Noise(float at)
    {
        at %= Knots;
        var knot = (int)at;
        var share = at - knot;
        share = _isJagged ? share : share * share * (3 - (2 * share));
        return _noise[knot] + ((_noise[knot + 1] - _noise[knot]) * share);
    }
}
