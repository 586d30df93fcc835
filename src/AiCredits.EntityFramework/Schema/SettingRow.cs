namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_setting: something that every instance must agree on.</summary>
internal sealed class SettingRow
{
    public required string Name { get; set; }

    public required string Value { get; set; }
}
