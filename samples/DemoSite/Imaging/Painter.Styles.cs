using SkiaSharp;

namespace AiCredits.DemoSite.Imaging;

internal sealed partial class Painter
{
    /// <summary>Paints the picture once more with short strokes that follow a slow swirl.</summary>
    private void Brush()
    {
        var source = _bitmap.Pixels;
        var swirl = _dice.Between(0, MathF.Tau);
        for (var pass = 0; pass < 2; pass++)
        {
            var (step, width, length) = pass == 0 ? (20, 21f, 24f) : (17, 8f, 15f);
            for (var y = 0; y < Size + step; y += step)
            {
                for (var x = 0; x < Size + step; x += step)
                {
                    var at = new SKPoint(x + _dice.Between(-6, 6), y + _dice.Between(-6, 6));
                    var colour = At(source, at.X, at.Y);
                    var angle = (MathF.Sin((at.X * 0.008f) + swirl) + MathF.Cos((at.Y * 0.01f) - swirl)) * 0.9f;
                    var (dx, dy) = (MathF.Cos(angle) * length, MathF.Sin(angle) * length);
                    using var paint = Stroke(Palette.Mix(colour, _dice.Chance(0.5f) ? SKColors.White : SKColors.Black, _dice.Between(0, 0.09f)), width);
                    paint.IsAntialias = pass > 0;
                    _canvas.DrawLine(at.X - (dx / 2), at.Y - (dy / 2), at.X + (dx / 2), at.Y + (dy / 2), paint);
                }
            }
        }
    }

    /// <summary>Cuts the picture into flat triangles, each of the colour in its middle.</summary>
    private void Crystal()
    {
        const int Step = 32;
        const int Columns = (Size / Step) + 1;
        var source = _bitmap.Pixels;
        var points = new SKPoint[Columns, Columns];
        for (var row = 0; row < Columns; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                var isEdge = row is 0 or Columns - 1 || column is 0 or Columns - 1;
                var wobble = isEdge ? 0 : Step * 0.34f;
                points[row, column] = new SKPoint((column * Step) + _dice.Between(-wobble, wobble), (row * Step) + _dice.Between(-wobble, wobble));
            }
        }

        for (var row = 0; row < Columns - 1; row++)
        {
            for (var column = 0; column < Columns - 1; column++)
            {
                var (a, b, c, d) = (points[row, column], points[row, column + 1], points[row + 1, column], points[row + 1, column + 1]);
                if (_dice.Chance(0.5f))
                {
                    Triangle(source, a, b, c);
                    Triangle(source, b, d, c);
                }
                else
                {
                    Triangle(source, a, b, d);
                    Triangle(source, a, d, c);
                }
            }
        }
    }

    private void Triangle(SKColor[] source, SKPoint a, SKPoint b, SKPoint c)
    {
        var colour = Palette.Mix(At(source, (a.X + b.X + c.X) / 3, (a.Y + b.Y + c.Y) / 3), _dice.Chance(0.5f) ? SKColors.White : SKColors.Black, _dice.Between(0, 0.1f));
        using var path = new SKPathBuilder();
        path.MoveTo(a);
        path.LineTo(b);
        path.LineTo(c);
        path.Close();
        using var paint = Fill(colour);
        Draw(path, paint);
        using var seam = Stroke(colour, 1);
        Draw(path, seam);
    }

    private static SKColor At(SKColor[] pixels, float x, float y) =>
        pixels[(Math.Clamp((int)y, 0, Size - 1) * Size) + Math.Clamp((int)x, 0, Size - 1)];

    /// <summary>A page of a picture book: a paper margin with a rounded window.</summary>
    private void Storybook()
    {
        using var frame = new SKPathBuilder { FillType = SKPathFillType.EvenOdd };
        frame.AddRect(new SKRect(0, 0, Size, Size));
        frame.AddRoundRect(new SKRect(42, 42, Size - 42, Size - 42), 46, 46);
        using var shadow = Fill(SKColors.Black.WithAlpha(46));
        _canvas.Save();
        _canvas.Translate(0, 7);
        Draw(frame, shadow);
        _canvas.Restore();
        using var paper = Fill(new SKColor(250, 244, 230));
        Draw(frame, paper);
        using var line = Stroke(Palette.Mix(_palette.Ground(0.7f), new SKColor(250, 244, 230), 0.35f), 2.5f);
        _canvas.DrawRoundRect(28, 28, Size - 56, Size - 56, 58, 58, line);
    }
}
