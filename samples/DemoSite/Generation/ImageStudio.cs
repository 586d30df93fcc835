using AiCredits.AspNetCore.Enforcement;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.AI;

namespace AiCredits.DemoSite.Generation;

/// <summary>Asks the image model and says what became of it. Charging is none of its business: an answer that is an error costs nothing.</summary>
internal sealed partial class ImageStudio(IImageGenerator generator, IConfiguration configuration, TimeProvider clock, ILogger<ImageStudio> logger)
{
    private readonly TimeSpan _slowTime = configuration.GetValue("Images:SlowFor", TimeSpan.FromSeconds(3));

    public async Task<Results<Ok<GenerationResponse>, ProblemHttpResult>> MakeAsync(PromptRequest request, string model, int count, ICreditsFeature credits, CancellationToken cancellationToken)
    {
        try
        {
            await SimulateAsync(request.Simulate, cancellationToken);
            var options = new ImageGenerationOptions { ModelId = model, Count = count, ResponseFormat = ImageGenerationResponseFormat.Data };
            var response = await generator.GenerateAsync(new ImageGenerationRequest(request.Prompt!), options, cancellationToken);
            var images = response.Contents.OfType<DataContent>().Select(content => content.Uri).ToArray();
            return images.Length == 0
                ? throw new InvalidOperationException("The model answered without a picture.")
                : TypedResults.Ok(Answer(images, model, credits));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever a model throws is its failure, not this site's: support finds the reason with the generation.
            ModelFailed(model, exception);
            credits.Fail(exception.Message);
            return TypedResults.Problem(
                type: "https://aicredits.dev/problems/generation-failed",
                title: "The model failed",
                statusCode: StatusCodes.Status502BadGateway,
                detail: "The model started and then failed. Nothing was charged. Try again, or use another model.");
        }
    }

    private static GenerationResponse Answer(string[] images, string model, ICreditsFeature credits) => new(images[0], images, model)
    {
        Credits = credits.GuestUsage is null ? new CreditsSpent(credits.Charged, credits.Remaining) : null,
        GuestInfo = credits.GuestUsage is { } usage ? new GuestLeft(usage.Remaining, usage.ResetsAt) : null,
    };

    private async Task SimulateAsync(string? simulate, CancellationToken cancellationToken)
    {
        switch (simulate)
        {
            case "slow":
                await Task.Delay(_slowTime, clock, cancellationToken);
                break;
            case "failure":
                throw new InvalidOperationException("A simulated failure of the model.");
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Model} failed.")]
    private partial void ModelFailed(string model, Exception exception);
}
