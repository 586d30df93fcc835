using Microsoft.Extensions.AI;
using SkiaSharp;

namespace AiCredits.DemoSite.Imaging;

/// <summary>The painter of the demo draws the same picture for the same words, whatever they are.</summary>
public sealed class DrawnImageTests
{
    private static readonly string[] Models = ["nano-banana", "flux-dev", "lora-normal", "lora-context", "gemini-flash", "nano-banana-pro"];

    public static TheoryData<string> HostilePrompts() => new("", " ", "<script>alert(1)</script>", "\0\u0001\uffff", "\ud800", "🌊🚀", "مرحبا بالعالم", new string('a', 2_000));

    [Fact]
    public async Task The_same_words_and_model_give_the_same_bytes()
    {
        var once = await DrawAsync("a boat on the sea at dawn", "flux-dev", 3);
        var again = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => DrawAsync("a boat on the sea at dawn", "flux-dev", 3)));

        foreach (var images in again)
        {
            images.ShouldBe(once);
        }
    }

    [Fact]
    public async Task Other_words_another_model_or_another_number_give_another_picture()
    {
        var images = new List<string>();
        images.AddRange(await DrawAsync("a boat on the sea", "flux-dev", 3));
        images.AddRange(await DrawAsync("a boat on the lake", "flux-dev", 1));
        foreach (var model in Models.Where(model => model != "flux-dev"))
        {
            images.AddRange(await DrawAsync("a boat on the sea", model, 1));
        }

        images.Distinct().Count().ShouldBe(images.Count);
    }

    [Theory]
    [InlineData("a night over the mountains", false)]
    [InlineData("a sunny day on the hills", true)]
    public async Task The_words_are_seen(string prompt, bool isBright)
    {
        using var bitmap = Decode((await DrawAsync(prompt, "flux-dev", 1))[0]);

        bitmap.Pixels.Take(768 * 100).Average(pixel => (pixel.Red + pixel.Green + pixel.Blue) / 3.0).ShouldBeInRange(isBright ? 120 : 0, isBright ? 255 : 90);
    }

    [Fact]
    public async Task Every_model_draws_768_pixels_square_in_less_than_400_kilobytes()
    {
        foreach (var model in Models)
        {
            foreach (var prompt in new[] { "forest with a cabin in the snow", "neon city in the rain", "sunset over the mountains" })
            {
                var image = (await DrawAsync(prompt, model, 1))[0];
                using var bitmap = Decode(image);
                (bitmap.Width, bitmap.Height).ShouldBe((768, 768));
                (image.Length * 3 / 4).ShouldBeLessThan(400 * 1024, $"{model}: {prompt}");
                bitmap.Pixels.Distinct().Count().ShouldBeGreaterThan(50);
            }
        }
    }

    [Theory]
    [MemberData(nameof(HostilePrompts))]
    public async Task Any_text_is_drawn(string prompt) => (await DrawAsync(prompt, "nano-banana", 1)).Length.ShouldBe(1);

    private static async Task<string[]> DrawAsync(string prompt, string model, int count)
    {
        using var painter = new DrawnImageGenerator();
        var answer = await painter.GenerateAsync(new ImageGenerationRequest(prompt), new ImageGenerationOptions { ModelId = model, Count = count });
        return [.. answer.Contents.Cast<DataContent>().Select(image => Convert.ToBase64String(image.Data.Span))];
    }

    private static SKBitmap Decode(string image) => SKBitmap.Decode(Convert.FromBase64String(image));
}
