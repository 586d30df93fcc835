using SkiaSharp;

namespace AiCredits.DemoSite.Imaging;

internal sealed partial class Painter
{
    private int LayerCount => _scene.Style switch
    {
        Style.Poster => 3,
        Style.Fine => 7,
        _ => 5,
    };

    private void PaintRidges()
    {
        var isJagged = _scene.Land == Land.Mountains;
        for (var layer = 0; layer < LayerCount; layer++)
        {
            var nearness = (layer + 1f) / LayerCount;
            var level = Size * (0.5f + (0.4f * nearness * nearness));
            var height = isJagged ? 150 * (1.15f - nearness) : _scene.Land == Land.Desert ? 44 : 64;
            var ridge = new Ridge(_dice, level, height, isJagged ? 4.5f : _scene.Land == Land.Desert ? 1.6f : 2.4f, isJagged ? 4 : _scene.Land == Land.Desert ? 1 : 3, isJagged && nearness < 0.8f);
            PaintGround(ridge, _palette.Ground(nearness), (int)level);
            if (isJagged && nearness < 0.7f)
            {
                PaintSnowCaps(ridge, level - (height * 0.42f));
            }

            if (_scene.Land == Land.Forest || (isJagged && nearness > 0.6f) || (_scene.Land == Land.Hills && layer == LayerCount - 2))
            {
                PaintTrees(ridge, nearness, _scene.Land == Land.Forest ? 1f : 0.45f);
            }

            if (layer == LayerCount / 2)
            {
                PaintLandmark(ridge, nearness);
            }
        }
    }

    private void PaintGround(Ridge ridge, SKColor colour, int level)
    {
        using var path = Below(ridge);
        if (_scene.Style == Style.Storybook)
        {
            // Cut paper: each layer throws a shadow on the one behind it.
            using var shadow = Fill(SKColors.Black.WithAlpha(38));
            _canvas.Save();
            _canvas.Translate(0, -7);
            Draw(path, shadow);
            _canvas.Restore();
        }

        if (_scene.Style == Style.Poster)
        {
            using var flat = Fill(colour);
            Draw(path, flat);
            return;
        }

        // Mist gathers at the foot of each layer.
        using var shader = SKShader.CreateLinearGradient(
            new SKPoint(0, level - 110), new SKPoint(0, level + 190), [colour, Palette.Mix(colour, _palette.Horizon, _scene.Style == Style.Fine ? 0.45f : 0.24f)], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader, IsAntialias = true };
        Draw(path, paint);
    }

    private void PaintSnowCaps(Ridge ridge, float snowLine)
    {
        using var path = Below(ridge);
        _canvas.Save();
        Clip(path);
        var edge = new Ridge(_dice, snowLine, 16, 16, 2, isJagged: true);
        using var caps = new SKPathBuilder();
        caps.MoveTo(0, 0);
        for (var x = 0; x <= Size; x += 6)
        {
            caps.LineTo(x, edge.At(x / (float)Size));
        }

        caps.LineTo(Size, 0);
        caps.Close();
        using var paint = Fill(Palette.Mix(SKColors.White, _palette.Middle, IsDark ? 0.5f : 0.14f));
        Draw(caps, paint);
        _canvas.Restore();
    }

    private void PaintTrees(Ridge ridge, float nearness, float density)
    {
        var count = (int)((30 + (46 * (1 - nearness))) * density);
        using var paint = Fill(Palette.Mix(_palette.Ground(nearness), SKColors.Black, 0.14f));
        using var snow = Fill(Palette.Mix(SKColors.White, _palette.Middle, 0.2f));
        for (var tree = 0; tree < count; tree++)
        {
            var x = _dice.Next() * Size;
            var foot = ridge.At(x / Size) + _dice.Between(2, 14);
            var height = _dice.Between(34, 62) * (0.4f + (nearness * 1.1f));
            using var path = new SKPathBuilder();
            for (var tier = 0; tier < 3; tier++)
            {
                var (top, bottom) = (foot - (height * (1 - (tier * 0.24f))), foot - (height * (0.5f - (tier * 0.25f))));
                var half = height * (0.14f + (tier * 0.07f));
                path.MoveTo(x, top);
                path.LineTo(x + half, bottom);
                path.LineTo(x - half, bottom);
                path.Close();
            }

            Draw(path, paint);
            if (_scene.Has("snow"))
            {
                using var cap = new SKPathBuilder();
                cap.MoveTo(x, foot - height);
                cap.LineTo(x + (height * 0.08f), foot - (height * 0.76f));
                cap.LineTo(x - (height * 0.08f), foot - (height * 0.76f));
                cap.Close();
                Draw(cap, snow);
            }
        }
    }

    private void PaintSea()
    {
        var horizon = Size * _dice.Between(0.54f, 0.62f);
        var island = new Ridge(_dice, horizon + 12, 60, 2.2f, 3);
        PaintGround(island, _palette.Ground(0.12f), (int)horizon);

        using var shader = SKShader.CreateLinearGradient(
            new SKPoint(0, horizon), new SKPoint(0, Size), [Palette.Mix(_palette.Horizon, _palette.Ground(0.3f), 0.35f), _palette.Ground(0.55f), _palette.Ground(0.9f)], [0, 0.35f, 1], SKShaderTileMode.Clamp);
        using var water = new SKPaint { Shader = shader };
        _canvas.DrawRect(0, horizon, Size, Size - horizon, water);

        // The light lies on the water in broken strips that widen towards the viewer.
        for (var y = horizon + 4; y < Size; y += 9)
        {
            var depth = (y - horizon) / (Size - horizon);
            using var glint = Fill(_palette.Glow.WithAlpha((byte)(150 - (110 * depth))));
            var width = 26 + (depth * 120) * _dice.Between(0.4f, 1f);
            _canvas.DrawRoundRect(_orb.X - width + _dice.Between(-18, 18), y, width * 2 * _dice.Between(0.5f, 1f), 2 + (depth * 2.4f), 2, 2, glint);
        }

        var waves = _scene.Style == Style.Fine ? 110 : 60;
        for (var wave = 0; wave < waves; wave++)
        {
            var depth = MathF.Pow(_dice.Next(), 0.7f);
            using var crest = Stroke(SKColors.White.WithAlpha((byte)(22 + (46 * depth))), 1 + (depth * 2));
            var (x, y, length) = (_dice.Next() * Size, horizon + 8 + (depth * (Size - horizon)), 14 + (depth * 44));
            using var path = new SKPathBuilder();
            path.MoveTo(x, y);
            path.QuadTo(x + (length / 2), y - (4 * depth) - 1, x + length, y);
            Draw(path, crest);
        }

        if (_scene.Has("lighthouse"))
        {
            PaintLighthouse(horizon);
        }

        if (_scene.Has("boat") || (!_scene.Has("lighthouse") && _dice.Chance(0.6f)))
        {
            PaintBoat(new SKPoint(_dice.Between(0.2f, 0.8f) * Size, horizon + _dice.Between(40, 120)), _dice.Between(0.8f, 1.5f));
        }

        var shore = new Ridge(_dice, Size * 0.97f, 40, 1.8f, 2);
        PaintGround(shore, _palette.Ground(1), (int)(Size * 0.95f));
    }

    private void PaintCity()
    {
        var layers = Math.Min(LayerCount, 4);
        for (var layer = 0; layer < layers; layer++)
        {
            var nearness = (layer + 1f) / layers;
            var colour = _palette.Ground(nearness);
            using var wall = Fill(colour);
            using var lit = Fill(Palette.Mix(_palette.Glow, new SKColor(255, 196, 96), 0.5f).WithAlpha(IsDark || _scene.Light == Light.Sunset ? (byte)235 : (byte)70));
            using var dim = Fill(Palette.Mix(colour, _palette.Horizon, 0.2f));
            var x = _dice.Between(-30, 0);
            while (x < Size)
            {
                var width = MathF.Round(_dice.Between(46, 96) * (0.7f + (nearness * 0.5f)));
                var height = _dice.Between(90, 330) * (1.15f - (nearness * 0.45f));
                var top = (Size * (0.66f + (0.3f * nearness))) - height;
                _canvas.DrawRect(x, top, width, Size - top, wall);
                if (_dice.Chance(0.3f))
                {
                    _canvas.DrawRect(x + (width / 2) - 2, top - 34, 4, 34, wall);
                }

                if (nearness > 0.4f)
                {
                    PaintWindows(x, top, width, lit, dim);
                }

                x += width + _dice.Between(-6, 10);
            }

            using var mist = new SKPaint();
            using var shader = SKShader.CreateLinearGradient(
                new SKPoint(0, Size * 0.6f), new SKPoint(0, Size), [_palette.Horizon.WithAlpha(0), _palette.Horizon.WithAlpha((byte)(80 * (1 - nearness)))], SKShaderTileMode.Clamp);
            mist.Shader = shader;
            _canvas.DrawRect(0, 0, Size, Size, mist);
        }
    }

    private void PaintWindows(float x, float top, float width, SKPaint lit, SKPaint dim)
    {
        for (var row = top + 14; row < Size - 12; row += 20)
        {
            for (var column = x + 9; column < x + width - 12; column += 15)
            {
                var roll = _dice.Next();
                if (roll < 0.62f)
                {
                    _canvas.DrawRect(MathF.Round(column), MathF.Round(row), 7, 10, roll < 0.3f ? lit : dim);
                }
            }
        }
    }

    private static SKPathBuilder Below(Ridge ridge)
    {
        var path = new SKPathBuilder();
        path.MoveTo(0, Size);
        for (var x = 0; x <= Size; x += 4)
        {
            path.LineTo(x, ridge.At(x / (float)Size));
        }

        path.LineTo(Size, Size);
        path.Close();
        return path;
    }
}
