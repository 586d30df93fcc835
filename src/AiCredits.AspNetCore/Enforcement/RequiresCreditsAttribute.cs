using AiCredits.AspNetCore.Enforcement;

namespace AiCredits;

/// <summary>
/// Makes an endpoint paid: <c>[RequiresCredits("flux-dev")]</c> on a lambda, a method, an action or a controller. The price
/// of the model is set aside before the handler runs, taken when it succeeds and given back when it fails.
/// </summary>
/// <remarks>
/// On MVC actions the model may be named by the request: <c>[RequiresCredits(ModelFrom = "AiModel", CountFrom = "Count")]</c>
/// reads the action's argument of that name, or a property of that name of one of its arguments. Minimal APIs use
/// <c>RequireCredits&lt;TRequest&gt;</c> for that.
/// </remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class RequiresCreditsAttribute : Attribute, IRequiresCreditsMetadata
{
    /// <summary>The price is that of the model which the request names, see <see cref="ModelFrom"/>.</summary>
    public RequiresCreditsAttribute()
    {
    }

    /// <summary>The price is that of a model.</summary>
    /// <param name="model">The id of the model in the price list.</param>
    public RequiresCreditsAttribute(string model) => Model = model;

    /// <inheritdoc />
    public string? Model { get; }

    /// <inheritdoc />
    public int Count { get; set; } = 1;

    /// <inheritdoc />
    public bool AllowGuests { get; set; } = true;

    /// <inheritdoc />
    public bool Streams { get; set; }

    /// <summary>MVC only: the argument, or the property of an argument, that names the model.</summary>
    public string? ModelFrom { get; set; }

    /// <summary>MVC only: the argument, or the property of an argument, that says how many results; null for <see cref="Count"/>.</summary>
    public string? CountFrom { get; set; }

    /// <summary>MVC only: the argument, or the property of an argument, that holds the prompt to record; null for none.</summary>
    public string? PromptFrom { get; set; }

    /// <inheritdoc />
    public bool IsBound => ModelFrom is not null;
}
