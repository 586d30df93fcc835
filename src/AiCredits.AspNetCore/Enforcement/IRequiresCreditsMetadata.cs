namespace AiCredits.AspNetCore.Enforcement;

/// <summary>Says that an endpoint is paid. The nearest one counts: an endpoint's own before its group's.</summary>
public interface IRequiresCreditsMetadata
{
    /// <summary>The model, where the price is known before the request is read; null where it depends on the request.</summary>
    string? Model { get; }

    /// <summary>How many results one request makes, where <see cref="Model"/> is set.</summary>
    int Count { get; }

    /// <summary>False to answer guests with 401.</summary>
    bool AllowGuests { get; }

    /// <summary>True when the answer is streamed: it is passed on as it is written, and settled on what was delivered.</summary>
    bool Streams { get; }

    /// <summary>True when the price is found in the bound arguments, and so is enforced by a filter.</summary>
    bool IsBound { get; }
}
