using System.ClientModel;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Images;

namespace AiCredits.DemoSite.Imaging;

/// <summary>Chooses who makes the images: a painter on this machine, or a real model when there is a key for one.</summary>
internal static class DemoImages
{
    public static void AddDemoImages(this IServiceCollection services, IConfiguration configuration)
    {
        var openAi = configuration.GetSection("Images:OpenAI");
        services.AddSingleton(openAi["ApiKey"] is { Length: > 0 } key ? CreateReal(openAi, key) : new DrawnImageGenerator());
    }

    private static IImageGenerator CreateReal(IConfigurationSection openAi, string key)
    {
        var model = openAi["Model"] ?? "gpt-image-1";
        var client = new OpenAIClientOptions();
        if (openAi["Endpoint"] is { Length: > 0 } endpoint)
        {
            client.Endpoint = new Uri(endpoint);
        }

        return new ImageClient(model, new ApiKeyCredential(key), client)
            .AsIImageGenerator()
            .AsBuilder()
            .ConfigureOptions(options =>
            {
                // The demo's six models are prices; the provider knows one model, by the name in the configuration.
                options.ModelId = model;
                // These models always send data, and refuse to be asked for it.
                options.ResponseFormat = model.StartsWith("gpt-image", StringComparison.Ordinal) ? null : ImageGenerationResponseFormat.Data;
            })
            .Build();
    }
}
