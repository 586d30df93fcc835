using System.ComponentModel;
using System.Globalization;

namespace AiCredits;

/// <summary>Lets configuration bind an amount of credits from text such as <c>0.5</c>.</summary>
internal sealed class CreditsTypeConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string text ? Credits.Parse(text) : base.ConvertFrom(context, culture, value);
}
