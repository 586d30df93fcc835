using System.Text.Json;
using System.Text.Json.Serialization;

namespace AiCredits.Events;

/// <summary>Events as JSON, for stores and outgoing webhooks: camelCase, credits as numbers, times in UTC.</summary>
public static class CreditEventJson
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new AccountIdConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly Dictionary<string, Type> Types = new(StringComparer.Ordinal)
    {
        ["balance_low"] = typeof(CreditEvent.BalanceLow),
        ["balance_recovered"] = typeof(CreditEvent.BalanceRecovered),
        ["balance_depleted"] = typeof(CreditEvent.BalanceDepleted),
        ["credits_granted"] = typeof(CreditEvent.CreditsGranted),
        ["credits_expired"] = typeof(CreditEvent.CreditsExpired),
        ["hold_expired"] = typeof(CreditEvent.HoldExpired),
    };

    /// <summary>The event as JSON.</summary>
    public static string Write(CreditEvent creditEvent)
    {
        ArgumentNullException.ThrowIfNull(creditEvent);
        return JsonSerializer.Serialize(creditEvent, creditEvent.GetType(), Json);
    }

    /// <summary>The event of a name from its JSON.</summary>
    /// <exception cref="FormatException">The name is unknown or the JSON is not such an event.</exception>
    public static CreditEvent Read(string name, string json)
    {
        try
        {
            return Types.TryGetValue(name, out var type) && JsonSerializer.Deserialize(json, type, Json) is CreditEvent creditEvent
                ? creditEvent
                : throw new FormatException($"'{name}' is no event that this version knows.");
        }
        catch (JsonException exception)
        {
            throw new FormatException($"The stored event '{name}' can't be read.", exception);
        }
    }

    private sealed class AccountIdConverter : JsonConverter<AccountId>
    {
        public override AccountId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.GetString() ?? throw new JsonException("The event names no account."));

        public override void Write(Utf8JsonWriter writer, AccountId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}
