using System.Text.Json;
using System.Text.Json.Serialization;

namespace AiCredits;

/// <summary>Writes credits as a JSON number of credits (0.5), never as text and never in floating point.</summary>
internal sealed class CreditsJsonConverter : JsonConverter<Credits>
{
    public override Credits Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return Credits.FromDecimal(reader.GetDecimal());
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new JsonException(exception.Message, exception);
        }
    }

    public override void Write(Utf8JsonWriter writer, Credits value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.ToDecimal());
}
