using System.Text.Json.Serialization;

namespace AiCredits.DemoSite.Generation;

/// <summary>The pictures, and what they cost: credits for a user, a free generation for a guest.</summary>
/// <param name="Image">The first picture, as a data URL.</param>
/// <param name="Images">All pictures, as data URLs.</param>
/// <param name="Model">The model that made them.</param>
internal sealed record GenerationResponse(string Image, IReadOnlyList<string> Images, string Model)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CreditsSpent? Credits { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GuestLeft? GuestInfo { get; init; }
}

/// <summary>What the generation took from the account, and what is left.</summary>
internal sealed record CreditsSpent(Credits Charged, Credits Remaining);

/// <summary>How many free generations are left, and when they come back.</summary>
internal sealed record GuestLeft(int Remaining, DateTime? ResetsAt);
