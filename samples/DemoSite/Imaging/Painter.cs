using SkiaSharp;

namespace AiCredits.DemoSite.Imaging;

/// <summary>Paints one scene from back to front: sky, light, land, things, weather, then the model's style.</summary>
internal sealed partial class Painter : IDisposable
{
    private const int Size = 768;

    private readonly Scene _scene;
    private readonly Dice _dice;
    private readonly Palette _palette;
    private readonly SKBitmap _bitmap = new(new SKImageInfo(Size, Size, SKColorType.Rgba8888, SKAlphaType.Opaque));
    private readonly SKCanvas _canvas;
    private readonly SKPoint _orb;

    private Painter(Scene scene)
    {
        _scene = scene;
        _dice = new Dice(scene.Seed ^ 0xA1C0FFEE);
        _palette = new Palette(scene, _dice);
        _canvas = new SKCanvas(_bitmap);
        _orb = new SKPoint(_dice.Between(0.2f, 0.8f) * Size, _dice.Between(0.18f, scene.Light == Light.Sunset ? 0.46f : 0.3f) * Size);
    }

    public static byte[] Png(Scene scene)
    {
        using var painter = new Painter(scene);
        painter.Paint();
        using var pixels = painter._bitmap.PeekPixels();
        using var data = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, 6))
            ?? throw new InvalidOperationException("The picture could not be written as PNG.");
        return data.ToArray();
    }

    public void Dispose()
    {
        _canvas.Dispose();
        _bitmap.Dispose();
    }

    private bool IsDark => _scene.Light == Light.Night;

    private void Paint()
    {
        PaintSky();
        PaintStars();
        PaintAurora();
        PaintOrb();
        PaintPlanet();
        PaintClouds();
        PaintBirds();
        PaintBalloon();
        switch (_scene.Land)
        {
            case Land.Sea:
                PaintSea();
                break;
            case Land.City:
                PaintCity();
                break;
            default:
                PaintRidges();
                break;
        }

        PaintWeather();
        switch (_scene.Style)
        {
            case Style.Brush:
                Brush();
                break;
            case Style.Crystal:
                Crystal();
                break;
            case Style.Storybook:
                Storybook();
                break;
            default:
                break;
        }
    }

    private void PaintSky()
    {
        if (_scene.Style == Style.Poster)
        {
            // Flat bands, as a poster is printed.
            for (var band = 0; band < 7; band++)
            {
                var share = band / 6f;
                var colour = share < 0.5f ? Palette.Mix(_palette.Top, _palette.Middle, share * 2) : Palette.Mix(_palette.Middle, _palette.Horizon, (share - 0.5f) * 2);
                using var paint = Fill(colour);
                _canvas.DrawRect(0, band * Size * 0.1f, Size, Size, paint);
            }

            return;
        }

        using var shader = SKShader.CreateLinearGradient(
            new SKPoint(0, 0), new SKPoint(0, Size * 0.72f), [_palette.Top, _palette.Middle, _palette.Horizon], [0, 0.55f, 1], SKShaderTileMode.Clamp);
        using var sky = new SKPaint { Shader = shader };
        _canvas.DrawRect(0, 0, Size, Size, sky);
    }

    private void PaintStars()
    {
        if (!IsDark && !_scene.Has("stars"))
        {
            return;
        }

        var count = _scene.Style == Style.Fine || _scene.Has("stars") ? 260 : 130;
        for (var star = 0; star < count; star++)
        {
            var radius = _dice.Chance(0.08f) ? _dice.Between(1.8f, 3f) : _dice.Between(0.5f, 1.4f);
            using var paint = Fill(SKColors.White.WithAlpha((byte)_dice.Between(90, 240)));
            var at = new SKPoint(_dice.Next() * Size, MathF.Pow(_dice.Next(), 1.3f) * Size * 0.66f);
            _canvas.DrawCircle(at, radius, paint);
            if (radius > 2.2f)
            {
                using var ray = Stroke(SKColors.White.WithAlpha(110), 1);
                _canvas.DrawLine(at.X - 8, at.Y, at.X + 8, at.Y, ray);
                _canvas.DrawLine(at.X, at.Y - 8, at.X, at.Y + 8, ray);
            }
        }
    }

    private void PaintAurora()
    {
        if (!_scene.Has("aurora"))
        {
            return;
        }

        for (var band = 0; band < 3; band++)
        {
            var wave = new Ridge(_dice, Size * (0.2f + (band * 0.1f)), 60, 2.2f, 2);
            using var path = new SKPathBuilder();
            path.MoveTo(0, wave.At(0));
            for (var x = 0; x <= Size; x += 16)
            {
                path.LineTo(x, wave.At(x / (float)Size));
            }

            for (var x = Size; x >= 0; x -= 16)
            {
                path.LineTo(x, wave.At(x / (float)Size) - 150);
            }

            path.Close();
            var colour = SKColor.FromHsl(140 + (band * 45) + _dice.Between(-12, 12), 80, 62);
            using var shader = SKShader.CreateLinearGradient(
                new SKPoint(0, (Size * 0.2f) - 150), new SKPoint(0, (Size * 0.42f) + 30), [colour.WithAlpha(0), colour.WithAlpha(120), colour.WithAlpha(20)], [0, 0.75f, 1], SKShaderTileMode.Clamp);
            using var paint = new SKPaint { Shader = shader, IsAntialias = true };
            Draw(path, paint);
        }
    }

    private void PaintOrb()
    {
        var isMoon = IsDark || _scene.Has("moon");
        var radius = isMoon ? _dice.Between(44, 64) : _dice.Between(52, 84);
        for (var ring = _scene.Style == Style.Poster ? 2 : 4; ring > 0; ring--)
        {
            using var halo = Fill(_palette.Glow.WithAlpha((byte)(isMoon ? 16 : 34)));
            _canvas.DrawCircle(_orb, radius * (1 + (ring * 0.42f)), halo);
        }

        using var paint = Fill(_palette.Glow);
        _canvas.DrawCircle(_orb, radius, paint);
        if (!isMoon)
        {
            return;
        }

        using var crater = Fill(Palette.Mix(_palette.Glow, _palette.Middle, 0.22f));
        _canvas.DrawCircle(_orb.X - (radius * 0.35f), _orb.Y - (radius * 0.2f), radius * 0.2f, crater);
        _canvas.DrawCircle(_orb.X + (radius * 0.3f), _orb.Y + (radius * 0.3f), radius * 0.28f, crater);
        _canvas.DrawCircle(_orb.X + (radius * 0.2f), _orb.Y - (radius * 0.5f), radius * 0.12f, crater);
    }

    private void PaintPlanet()
    {
        if (!_scene.Has("planet"))
        {
            return;
        }

        var centre = new SKPoint(Size - _orb.X, (Size * 0.5f) - _orb.Y + 30);
        var hue = _dice.Between(0, 360);
        _canvas.Save();
        using (var disc = new SKPathBuilder())
        {
            disc.AddCircle(centre.X, centre.Y, 70);
            Clip(disc);
        }

        for (var band = 0; band < 7; band++)
        {
            using var paint = Fill(SKColor.FromHsl((hue + (band * 9)) % 360, 55, 48 + (band % 3 * 9)));
            _canvas.DrawRect(centre.X - 80, centre.Y - 70 + (band * 20), 160, 21, paint);
        }

        _canvas.Restore();
        using var ring = Stroke(SKColor.FromHsl((hue + 40) % 360, 50, 80).WithAlpha(210), 7);
        _canvas.Save();
        _canvas.RotateDegrees(-18, centre.X, centre.Y);
        using var arc = new SKPathBuilder();
        arc.AddArc(new SKRect(centre.X - 122, centre.Y - 26, centre.X + 122, centre.Y + 26), -28, 236);
        Draw(arc, ring);
        _canvas.Restore();
    }

    private void PaintClouds()
    {
        var count = _scene.Has("clouds") ? 8 : _scene.Light == Light.Night ? 2 : 4;
        for (var cloud = 0; cloud < count; cloud++)
        {
            var centre = new SKPoint(_dice.Next() * Size, _dice.Between(0.08f, 0.46f) * Size);
            var width = _dice.Between(70, 150);
            using var paint = Fill(Palette.Mix(_palette.Horizon, SKColors.White, IsDark ? 0.05f : 0.5f).WithAlpha(IsDark ? (byte)60 : (byte)150));
            using var path = new SKPathBuilder();
            path.AddRoundRect(new SKRect(centre.X - width, centre.Y - 13, centre.X + width, centre.Y + 13), 13, 13);
            for (var puff = 0; puff < 4; puff++)
            {
                var at = centre.X - (width * 0.6f) + (puff * width * 0.4f);
                path.AddCircle(at, centre.Y - 8, _dice.Between(18, 36));
            }

            path.FillType = SKPathFillType.Winding;
            _canvas.Save();
            _canvas.ClipRect(new SKRect(0, 0, Size, centre.Y + 13));
            Draw(path, paint);
            _canvas.Restore();
        }
    }

    private void PaintWeather()
    {
        if (_scene.Has("rain"))
        {
            using var drop = Stroke(SKColors.White.WithAlpha(90), 1.6f);
            for (var index = 0; index < 260; index++)
            {
                var (x, y, length) = (_dice.Next() * Size * 1.2f, _dice.Next() * Size, _dice.Between(12, 30));
                _canvas.DrawLine(x, y, x - (length * 0.35f), y + length, drop);
            }
        }

        if (_scene.Has("snow"))
        {
            for (var index = 0; index < 240; index++)
            {
                using var flake = Fill(SKColors.White.WithAlpha((byte)_dice.Between(120, 230)));
                _canvas.DrawCircle(_dice.Next() * Size, _dice.Next() * Size, _dice.Between(1.2f, 4.2f), flake);
            }
        }
    }

    private void Draw(SKPathBuilder shape, SKPaint paint)
    {
        using var path = shape.Snapshot();
        _canvas.DrawPath(path, paint);
    }

    private void Clip(SKPathBuilder shape)
    {
        using var path = shape.Snapshot();
        _canvas.ClipPath(path, antialias: true);
    }

    private static SKPaint Fill(SKColor colour) => new() { Color = colour, IsAntialias = true };

    private static SKPaint Stroke(SKColor colour, float width) =>
        new() { Color = colour, IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = width, StrokeCap = SKStrokeCap.Round };
}
