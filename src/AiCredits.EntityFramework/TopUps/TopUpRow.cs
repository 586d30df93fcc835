using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.TopUps;

namespace AiCredits.EntityFramework.TopUps;

/// <summary>A row of ai_credits_top_up: what is looked for in columns, the whole of it as JSON.</summary>
internal sealed class TopUpRow : IVersionedRow
{
    public required string AccountId { get; set; }

    public bool Enabled { get; set; }

    public long? DueAt { get; set; }

    public string Body { get; set; } = "";

    public int Version { get; set; }

    /// <summary>Takes over everything but the version.</summary>
    public void Set(TopUp topUp)
    {
        Enabled = topUp.Enabled;
        DueAt = Stored.Micros(topUp.DueAt);
        Body = StoredJson.Write(topUp);
    }

    public TopUp ToTopUp() => StoredJson.Read<TopUp>(Body) with { Version = Version };
}
