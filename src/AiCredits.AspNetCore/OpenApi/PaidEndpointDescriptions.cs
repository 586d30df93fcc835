using AiCredits.AspNetCore.Enforcement;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.OpenApi;

/// <summary>
/// Adds the refusals of a paid endpoint to its description, however it was made paid, so that every OpenAPI generator
/// shows them without being told.
/// </summary>
internal sealed class PaidEndpointDescriptions(IOptions<AiCreditsHttpOptions> options) : IApiDescriptionProvider
{
    private const string ProblemJson = "application/problem+json";

    // An app of minimal APIs only has no provider of model metadata among its services.
    private readonly ModelMetadata problem = new EmptyModelMetadataProvider().GetMetadataForType(typeof(ProblemDetails));

    // After the providers of controllers (-1000) and minimal APIs (-1100): they find endpoints, this one adds to them.
    public int Order => -900;

    public void OnProvidersExecuting(ApiDescriptionProviderContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        foreach (var description in context.Results)
        {
            if (description.ActionDescriptor.EndpointMetadata?.OfType<IRequiresCreditsMetadata>().LastOrDefault() is { } paid
                && (paid.Methods is null || paid.Methods.Contains(description.HttpMethod, StringComparer.OrdinalIgnoreCase)))
            {
                Add(description, paid);
            }
        }
    }

    public void OnProvidersExecuted(ApiDescriptionProviderContext context)
    {
    }

    private void Add(ApiDescription description, IRequiresCreditsMetadata paid)
    {
        Add(description, StatusCodes.Status400BadRequest, "The Idempotency-Key can't be used, the model is unknown (allowedModels) or the count is out of range.");
        Add(description, StatusCodes.Status401Unauthorized, "Guests have to sign in first.");
        Add(description, StatusCodes.Status402PaymentRequired, "Not enough credits: required, available, held, retryable, packsUrl, affordableModels.");
        if (paid.AllowGuests ?? options.Value.AllowGuests)
        {
            Add(description, StatusCodes.Status429TooManyRequests, "The free generations of a guest are used up: limit, remaining, resetsAt, signUpUrl, welcomeCredits.");
        }

        Add(description, StatusCodes.Status503ServiceUnavailable, "The ledger can't be reached. Nothing was generated or charged.");
    }

    private void Add(ApiDescription description, int status, string text)
    {
        // What the app says about its own endpoint stays.
        if (description.SupportedResponseTypes.Any(response => response.StatusCode == status))
        {
            return;
        }

        description.SupportedResponseTypes.Add(new ApiResponseType
        {
            StatusCode = status,
            Description = text,
            Type = typeof(ProblemDetails),
            ModelMetadata = problem,
            ApiResponseFormats = { new ApiResponseFormat { MediaType = ProblemJson } },
        });
    }
}
