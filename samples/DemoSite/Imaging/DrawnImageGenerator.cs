using Microsoft.Extensions.AI;

namespace AiCredits.DemoSite.Imaging;

/// <summary>
/// Draws landscapes from words on this machine, so that the demo works without keys. The same prompt, model and number
/// always give the same picture, byte for byte.
/// </summary>
internal sealed class DrawnImageGenerator : IImageGenerator
{
    public async Task<ImageGenerationResponse> GenerateAsync(ImageGenerationRequest request, ImageGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var prompt = request.Prompt ?? "";
        var model = options?.ModelId ?? "";
        var images = new List<AIContent>();
        for (var index = 0; index < (options?.Count ?? 1); index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var scene = Scene.Of(prompt, model, index);
            images.Add(new DataContent(await Task.Run(() => Painter.Png(scene), cancellationToken), "image/png"));
        }

        return new ImageGenerationResponse(images);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this
        : serviceKey is null && serviceType == typeof(ImageGeneratorMetadata) ? new ImageGeneratorMetadata("drawn-here")
        : null;

    public void Dispose()
    {
    }
}
