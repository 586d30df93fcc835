using System.Text.Json.Serialization;

namespace AiCredits.AspNetCore.Live;

/// <summary>What a stream tells: enough to see that something has changed, and what can be spent now.</summary>
[JsonPolymorphic]
[JsonDerivedType(typeof(User))]
[JsonDerivedType(typeof(Guest))]
internal abstract record LiveFigures
{
    [JsonNumberHandling(JsonNumberHandling.Strict)]
    internal sealed record User(decimal Balance, decimal Held, bool LowBalance) : LiveFigures
    {
        // What moves within the same figures, a grant that expires while another one comes, is a change too.
        [JsonIgnore]
        public long Sequence { get; init; }
    }

    [JsonNumberHandling(JsonNumberHandling.Strict)]
    internal sealed record Guest(int Limit, int Used, int Remaining, DateTime? ResetsAt) : LiveFigures;
}
