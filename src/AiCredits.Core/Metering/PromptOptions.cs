namespace AiCredits.Metering;

/// <summary>The settings of kept prompts.</summary>
public sealed class PromptOptions
{
    /// <summary>False to keep no prompts. Default true.</summary>
    public bool Keep { get; set; } = true;

    /// <summary>After how long a kept prompt is removed. Default 30 days; null for never.</summary>
    public TimeSpan? KeepFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How many characters of a prompt are kept. Default 2,000.</summary>
    public int MaxLength { get; set; } = 2_000;
}
