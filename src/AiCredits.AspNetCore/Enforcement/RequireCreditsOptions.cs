namespace AiCredits.AspNetCore.Enforcement;

/// <summary>Details of a paid endpoint.</summary>
public sealed class RequireCreditsOptions
{
    /// <summary>False to answer guests with 401. Default true.</summary>
    public bool AllowGuests { get; set; } = true;

    /// <summary>True when the answer is streamed: it is passed on as it is written, and settled on what was delivered. Default false.</summary>
    public bool Streams { get; set; }
}
