using AiCredits.AspNetCore.Enforcement;
using Microsoft.AspNetCore.Mvc;

namespace AiCredits.DemoSite.Generation;

/// <summary>The two paid endpoints: the price of one is known before, that of the other is in the request.</summary>
internal static class ImageEndpoints
{
    public static void MapImages(this IEndpointRouteBuilder app)
    {
        var images = app.MapGroup("/api")
            .WithTags("Images")
            .WithMetadata(new RequestSizeLimitAttribute(PromptRequest.MaxBytes))
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status402PaymentRequired)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status502BadGateway);

        images.MapPost("/generate-image", (GenerateRequest request, ICreditsFeature credits, ImageStudio studio, CancellationToken cancellationToken) =>
                studio.MakeAsync(request, request.AiModel!, request.Count ?? 1, credits, cancellationToken))
            .RequireCredits<GenerateRequest>(request => request.AiModel, request => request.Count, request => request.Prompt);

        images.MapPost("/generate-nano-banana", [RequiresCredits("nano-banana")] (PromptRequest request, ICreditsFeature credits, ImageStudio studio, CancellationToken cancellationToken) =>
        {
            credits.SetPrompt(request.Prompt!);
            return studio.MakeAsync(request, "nano-banana", 1, credits, cancellationToken);
        });
    }
}
