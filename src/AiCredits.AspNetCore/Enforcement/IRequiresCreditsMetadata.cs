namespace AiCredits.AspNetCore.Enforcement;

/// <summary>Says that an endpoint is paid. The nearest one counts: an endpoint's own before its group's.</summary>
/// <remarks>Immutable once the app has started; read from many threads.</remarks>
public interface IRequiresCreditsMetadata
{
    /// <summary>The model, where it is known before the request is read; null where the request names it.</summary>
    string? Model { get; }

    /// <summary>How many results one request makes, where the request doesn't say.</summary>
    int Count { get; }

    /// <summary>False to answer guests with 401, true to let them generate; null for what <see cref="AiCreditsHttpOptions.AllowGuests"/> says.</summary>
    bool? AllowGuests { get; }

    /// <summary>True when the answer is streamed: it is passed on as it is written, and settled on what was delivered.</summary>
    bool Streams { get; }

    /// <summary>How long a hold lives unsettled, longer than the longest generation; null for what the options say.</summary>
    TimeSpan? Lease { get; }

    /// <summary>The HTTP methods that are paid; null for all that the endpoint answers. A Razor Page may charge only its <c>POST</c>.</summary>
    IReadOnlyList<string>? Methods { get; }

    /// <summary>True when the price depends on the bound arguments, and so is enforced by a filter.</summary>
    bool IsBound { get; }
}
