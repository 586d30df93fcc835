using SkiaSharp;

namespace AiCredits.DemoSite.Imaging;

internal sealed partial class Painter
{
    private void PaintBirds()
    {
        if (!_scene.Has("birds") && _scene.Light is Light.Night)
        {
            return;
        }

        using var wing = Stroke(Palette.Mix(_palette.Ground(1), _palette.Top, 0.2f), 3);
        var flock = new SKPoint(_dice.Between(0.15f, 0.7f) * Size, _dice.Between(0.14f, 0.36f) * Size);
        for (var bird = 0; bird < (_scene.Has("birds") ? 11 : 5); bird++)
        {
            var at = new SKPoint(flock.X + _dice.Between(-90, 130), flock.Y + _dice.Between(-46, 46));
            var span = _dice.Between(8, 17);
            using var path = new SKPathBuilder();
            path.MoveTo(at.X - span, at.Y - (span * 0.4f));
            path.QuadTo(at.X - (span * 0.4f), at.Y - (span * 0.5f), at.X, at.Y);
            path.QuadTo(at.X + (span * 0.4f), at.Y - (span * 0.5f), at.X + span, at.Y - (span * 0.4f));
            Draw(path, wing);
        }
    }

    private void PaintBalloon()
    {
        if (!_scene.Has("balloon"))
        {
            return;
        }

        for (var balloon = 0; balloon < 3; balloon++)
        {
            var scale = 1.1f - (balloon * 0.3f);
            var at = new SKPoint(_dice.Between(0.15f, 0.85f) * Size, _dice.Between(0.16f, 0.4f) * Size);
            var hue = _dice.Between(0, 360);
            _canvas.Save();
            _canvas.Translate(at.X, at.Y);
            _canvas.Scale(scale);
            for (var stripe = 0; stripe < 4; stripe++)
            {
                using var paint = Fill(SKColor.FromHsl((hue + (stripe % 2 * 40)) % 360, 75, 58 + (stripe % 2 * 18)));
                var half = 46 - (stripe * 12);
                _canvas.DrawOval(new SKRect(-half, -54, half, 44), paint);
            }

            using var rope = Stroke(new SKColor(70, 50, 40), 1.4f);
            _canvas.DrawLine(-16, 38, -8, 62, rope);
            _canvas.DrawLine(16, 38, 8, 62, rope);
            using var basket = Fill(new SKColor(120, 78, 46));
            _canvas.DrawRoundRect(-10, 62, 20, 15, 3, 3, basket);
            _canvas.Restore();
        }
    }

    private void PaintBoat(SKPoint at, float scale)
    {
        _canvas.Save();
        _canvas.Translate(at.X, at.Y);
        _canvas.Scale(scale);
        using var hull = Fill(_palette.Ground(1));
        using var body = new SKPathBuilder();
        body.MoveTo(-46, 0);
        body.LineTo(46, 0);
        body.QuadTo(38, 20, 24, 21);
        body.LineTo(-28, 21);
        body.QuadTo(-42, 18, -46, 0);
        body.Close();
        Draw(body, hull);
        _canvas.DrawRect(-2, -86, 4, 86, hull);
        using var sail = Fill(Palette.Mix(SKColors.White, _palette.Glow, 0.3f));
        using var main = new SKPathBuilder();
        main.MoveTo(6, -84);
        main.QuadTo(48, -38, 40, -8);
        main.LineTo(6, -8);
        main.Close();
        Draw(main, sail);
        using var jib = new SKPathBuilder();
        jib.MoveTo(-6, -74);
        jib.QuadTo(-34, -34, -36, -8);
        jib.LineTo(-6, -8);
        jib.Close();
        Draw(jib, sail);
        _canvas.Restore();
    }

    private void PaintLighthouse(float horizon)
    {
        var x = _dice.Between(0.12f, 0.3f) * Size;
        using var rock = Fill(_palette.Ground(0.95f));
        _canvas.DrawOval(new SKRect(x - 80, horizon - 16, x + 90, horizon + 46), rock);
        using var beam = Fill(_palette.Glow.WithAlpha(70));
        using var cone = new SKPathBuilder();
        cone.MoveTo(x, horizon - 172);
        cone.LineTo(Size, horizon - 250);
        cone.LineTo(Size, horizon - 110);
        cone.Close();
        Draw(cone, beam);
        using var white = Fill(new SKColor(244, 240, 232));
        using var tower = new SKPathBuilder();
        tower.MoveTo(x - 13, horizon - 160);
        tower.LineTo(x + 13, horizon - 160);
        tower.LineTo(x + 21, horizon);
        tower.LineTo(x - 21, horizon);
        tower.Close();
        Draw(tower, white);
        _canvas.Save();
        Clip(tower);
        using var red = Fill(new SKColor(196, 52, 48));
        _canvas.DrawRect(x - 30, horizon - 130, 60, 28, red);
        _canvas.DrawRect(x - 30, horizon - 66, 60, 28, red);
        _canvas.Restore();
        using var lamp = Fill(_palette.Glow);
        _canvas.DrawRoundRect(x - 11, horizon - 184, 22, 24, 4, 4, lamp);
        _canvas.DrawRoundRect(x - 14, horizon - 194, 28, 11, 4, 4, red);
    }

    private void PaintLandmark(Ridge ridge, float nearness)
    {
        var x = _dice.Between(0.25f, 0.75f);
        var foot = new SKPoint(x * Size, ridge.At(x) + 8);
        if (_scene.Has("castle"))
        {
            PaintCastle(foot);
        }
        else if (_scene.Has("house"))
        {
            PaintHouse(foot, nearness);
        }
        else if (_scene.Has("pyramid"))
        {
            for (var pyramid = 0; pyramid < 3; pyramid++)
            {
                PaintPyramid(new SKPoint((0.22f + (pyramid * 0.27f)) * Size, foot.Y + 20), 120 - (pyramid * 26));
            }
        }
    }

    private void PaintCastle(SKPoint foot)
    {
        using var stone = Fill(Palette.Mix(_palette.Ground(0.75f), SKColors.Black, 0.1f));
        using var roof = Fill(SKColor.FromHsl(_dice.Between(340, 372) % 360, 55, IsDark ? 32 : 46));
        using var window = Fill(new SKColor(255, 214, 120));
        ReadOnlySpan<(float X, float Width, float Height)> towers = [(-78, 30, 110), (-38, 76, 76), (-14, 28, 158), (44, 32, 124)];
        foreach (var (x, width, height) in towers)
        {
            _canvas.DrawRect(foot.X + x, foot.Y - height, width, height + 40, stone);
            if (width < 50)
            {
                using var cone = new SKPathBuilder();
                cone.MoveTo(foot.X + x - 6, foot.Y - height);
                cone.LineTo(foot.X + x + (width / 2), foot.Y - height - 50);
                cone.LineTo(foot.X + x + width + 6, foot.Y - height);
                cone.Close();
                Draw(cone, roof);
                _canvas.DrawRoundRect(foot.X + x + (width / 2) - 4, foot.Y - height + 18, 8, 15, 4, 4, window);
            }
            else
            {
                for (var notch = 0f; notch < width; notch += 15)
                {
                    _canvas.DrawRect(foot.X + x + notch, foot.Y - height - 9, 8, 10, stone);
                }
            }
        }
    }

    private void PaintHouse(SKPoint foot, float nearness)
    {
        var scale = 0.8f + nearness;
        _canvas.Save();
        _canvas.Translate(foot.X, foot.Y);
        _canvas.Scale(scale);
        using var wall = Fill(Palette.Mix(new SKColor(240, 226, 206), _palette.Top, IsDark ? 0.55f : 0.12f));
        using var roof = Fill(new SKColor(150, 62, 52));
        using var lit = Fill(new SKColor(255, 214, 120));
        using var door = Fill(new SKColor(94, 62, 46));
        _canvas.DrawRect(22, -58, 10, 26, door);
        _canvas.DrawRect(-32, -34, 64, 44, wall);
        using var gable = new SKPathBuilder();
        gable.MoveTo(-40, -32);
        gable.LineTo(0, -64);
        gable.LineTo(40, -32);
        gable.Close();
        Draw(gable, roof);
        _canvas.DrawRect(-22, -24, 13, 13, lit);
        _canvas.DrawRect(9, -24, 13, 13, lit);
        _canvas.DrawRect(-6, -16, 12, 26, door);
        _canvas.Restore();
    }

    private void PaintPyramid(SKPoint foot, float height)
    {
        var colour = _palette.Ground(0.35f);
        using var bright = Fill(Palette.Mix(colour, _palette.Glow, 0.35f));
        using var dark = Fill(Palette.Mix(colour, SKColors.Black, 0.25f));
        using var left = new SKPathBuilder();
        left.MoveTo(foot.X, foot.Y - height);
        left.LineTo(foot.X - height, foot.Y);
        left.LineTo(foot.X + (height * 0.3f), foot.Y);
        left.Close();
        Draw(left, bright);
        using var right = new SKPathBuilder();
        right.MoveTo(foot.X, foot.Y - height);
        right.LineTo(foot.X + (height * 0.3f), foot.Y);
        right.LineTo(foot.X + height, foot.Y);
        right.Close();
        Draw(right, dark);
    }
}
