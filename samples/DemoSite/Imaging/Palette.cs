using SkiaSharp;

namespace AiCredits.DemoSite.Imaging;

/// <summary>The colours of one picture: a sky from top to horizon, land from far to near, and the light.</summary>
internal sealed class Palette
{
    private readonly (float Hue, float Saturation, float Lightness) _far;
    private readonly (float Hue, float Saturation, float Lightness) _near;

    public Palette(Scene scene, Dice dice)
    {
        var shift = dice.Between(-14, 14);
        var (top, middle, horizon, light) = scene.Light switch
        {
            Light.Dawn => ((228f, 42f, 62f), (318f, 45f, 78f), (28f, 85f, 84f), (38f, 95f, 88f)),
            Light.Sunset => ((258f, 46f, 34f), (338f, 62f, 56f), (28f, 94f, 66f), (44f, 100f, 76f)),
            Light.Night => ((236f, 52f, 11f), (232f, 48f, 22f), (214f, 48f, 38f), (48f, 60f, 90f)),
            _ => ((208f, 72f, 58f), (200f, 70f, 74f), (190f, 60f, 90f), (48f, 96f, 82f)),
        };

        var land = scene.Land switch
        {
            Land.Forest => 148f,
            Land.Desert => 26f,
            Land.City => 236f,
            Land.Sea => 206f,
            Land.Mountains => 222f,
            _ => 112f,
        };
        if (scene.Hue is { } hue)
        {
            // A colour that the prompt names tints everything but the light itself.
            top = (Toward(top.Item1, hue, 0.8f), Math.Max(top.Item2, 52), top.Item3);
            middle = (Toward(middle.Item1, hue, 0.7f), middle.Item2, middle.Item3);
            land = Toward(land, hue, 0.75f);
            shift = 0;
        }

        Top = Hsl(top.Item1 + shift, top.Item2, top.Item3);
        Middle = Hsl(middle.Item1 + shift, middle.Item2, middle.Item3);
        Horizon = Hsl(horizon.Item1 + (shift / 2), horizon.Item2, horizon.Item3);
        Glow = Hsl(light.Item1, light.Item2, light.Item3);

        var (farLightness, nearLightness, saturation) = scene.Light switch
        {
            Light.Night => (30f, 7f, 36f),
            Light.Sunset => (52f, 13f, 42f),
            Light.Dawn => (68f, 26f, 34f),
            _ => (70f, 24f, 46f),
        };
        if (scene.Land == Land.Desert)
        {
            (farLightness, nearLightness, saturation) = (farLightness + 4, nearLightness + 14, saturation + 18);
        }

        // Far land takes the colour of the air; sand stays sand, or it would turn green on the way to blue.
        _far = (Toward(land, middle.Item1, scene.Land == Land.Desert ? 0.08f : 0.6f) + (shift / 2), saturation * 0.75f, farLightness);
        _near = (land + shift, saturation, scene.Has("snow") ? nearLightness + 12 : nearLightness);
    }

    public SKColor Top { get; }

    public SKColor Middle { get; }

    public SKColor Horizon { get; }

    public SKColor Glow { get; }

    /// <summary>Land at a distance: 0 is the farthest layer, 1 the nearest.</summary>
    public SKColor Ground(float nearness) => Hsl(
        Toward(_far.Hue, _near.Hue, nearness),
        float.Lerp(_far.Saturation, _near.Saturation, nearness),
        float.Lerp(_far.Lightness, _near.Lightness, MathF.Pow(nearness, 0.85f)));

    public static SKColor Mix(SKColor from, SKColor to, float share) => new(
        (byte)float.Lerp(from.Red, to.Red, share),
        (byte)float.Lerp(from.Green, to.Green, share),
        (byte)float.Lerp(from.Blue, to.Blue, share));

    // Round the colour wheel by the shorter way.
    private static float Toward(float from, float to, float share) => from + (((((to - from) % 360) + 540) % 360 - 180) * share);

    private static SKColor Hsl(float hue, float saturation, float lightness) =>
        SKColor.FromHsl(((hue % 360) + 360) % 360, Math.Clamp(saturation, 0, 100), Math.Clamp(lightness, 0, 100));
}
