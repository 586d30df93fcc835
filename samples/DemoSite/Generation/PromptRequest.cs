using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace AiCredits.DemoSite.Generation;

/// <summary>What every generation asks for. Checked before the handler runs.</summary>
public record PromptRequest
{
    public const int MaxPromptLength = 2_000;

    /// <summary>Far more than a prompt of that length needs, even with every character escaped.</summary>
    public const int MaxBytes = 32 * 1024;

    [Description("What the picture shows.")]
    [Required(ErrorMessage = "Say what the picture shows.")]
    [StringLength(MaxPromptLength, ErrorMessage = "Use at most {1} characters.")]
    public string? Prompt { get; init; }

    [Description("\"failure\" to make the model fail after it has started; \"slow\" to make it take three seconds.")]
    [AllowedValues(null, "failure", "slow", ErrorMessage = "Use \"failure\" or \"slow\", or leave it out.")]
    public string? Simulate { get; init; }
}
