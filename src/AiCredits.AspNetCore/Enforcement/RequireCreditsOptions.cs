namespace AiCredits.AspNetCore.Enforcement;

/// <summary>Details of a paid endpoint.</summary>
public sealed class RequireCreditsOptions
{
    /// <summary>False to answer guests with 401, true to let them generate; null for what <see cref="AiCreditsHttpOptions.AllowGuests"/> says. Default null.</summary>
    public bool? AllowGuests { get; set; }

    /// <summary>True when the answer is streamed: it is passed on as it is written, and settled on what was delivered. Default false.</summary>
    public bool Streams { get; set; }

    /// <summary>How long a hold lives unsettled, longer than the longest generation; null for what the model's options say. Default null.</summary>
    public TimeSpan? Lease { get; set; }

    /// <summary>The HTTP methods that are paid; null for all that the endpoint answers. Default null.</summary>
    public IReadOnlyList<string>? Methods { get; set; }
}
