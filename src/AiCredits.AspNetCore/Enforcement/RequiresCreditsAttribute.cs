using AiCredits.AspNetCore.Enforcement;

namespace AiCredits;

/// <summary>
/// Makes an endpoint paid: <c>[RequiresCredits("flux-dev")]</c> on a lambda, a method, an action, a controller or a page
/// model. The price of the model is set aside before the handler runs, taken when it succeeds and given back when it fails.
/// </summary>
/// <remarks>
/// On MVC actions the request may name model and count: <c>[RequiresCredits(ModelFrom = "AiModel", CountFrom = "Count")]</c>
/// reads the action's argument of that name, or a property of that name of one of its arguments. Minimal APIs use
/// <c>RequireCredits&lt;TRequest&gt;</c> for that. An attribute is nearer than a fluent call.
/// </remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class RequiresCreditsAttribute : Attribute, IRequiresCreditsMetadata
{
    private bool? allowGuests;
    private int leaseSeconds;

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

    /// <summary>False to answer guests with 401, true to let them generate. Unset: what <see cref="AspNetCore.AiCreditsHttpOptions.AllowGuests"/> says.</summary>
    public bool AllowGuests
    {
        get => allowGuests ?? true;
        set => allowGuests = value;
    }

    /// <inheritdoc />
    public bool Streams { get; set; }

    /// <summary>How many seconds a hold lives unsettled, longer than the longest generation. Default 0: what the model's options say.</summary>
    public int LeaseSeconds
    {
        get => leaseSeconds;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            leaseSeconds = value;
        }
    }

    /// <summary>The HTTP methods that are paid, such as <c>["POST"]</c>; null for all that the endpoint answers.</summary>
    public string[]? Methods { get; set; }

    /// <summary>MVC only: the argument, or the property of an argument, that names the model.</summary>
    public string? ModelFrom { get; set; }

    /// <summary>MVC only: the argument, or the property of an argument, that says how many results; where that is null, <see cref="Count"/> counts.</summary>
    public string? CountFrom { get; set; }

    /// <summary>MVC only: the argument, or the property of an argument, that holds the prompt to record.</summary>
    public string? PromptFrom { get; set; }

    /// <inheritdoc />
    public bool IsBound => ModelFrom is not null || CountFrom is not null || PromptFrom is not null;

    bool? IRequiresCreditsMetadata.AllowGuests => allowGuests;

    TimeSpan? IRequiresCreditsMetadata.Lease => leaseSeconds == 0 ? null : TimeSpan.FromSeconds(leaseSeconds);

    IReadOnlyList<string>? IRequiresCreditsMetadata.Methods => Methods;
}
