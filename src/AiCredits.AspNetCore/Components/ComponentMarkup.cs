using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace AiCredits.AspNetCore.Components;

/// <summary>An element with its attributes, written by tag helpers and by Blazor components alike. Null and false write no attribute, true one without a value.</summary>
internal sealed record ComponentMarkup(string Tag, params IEnumerable<(string Name, object? Value)> Attributes)
{
    public static (string Name, object? Value) Theme(ComponentTheme theme) => ("theme", theme == ComponentTheme.Page ? null : Word(theme));

    public static string Word<TEnum>(TEnum value)
        where TEnum : struct, Enum => value.ToString().ToLowerInvariant();

    public void Write(TagHelperOutput output)
    {
        output.TagName = Tag;
        output.TagMode = TagMode.StartTagAndEndTag;
        foreach (var (name, value) in Attributes)
        {
            if (value is true)
            {
                output.Attributes.SetAttribute(new TagHelperAttribute(name));
            }
            else if (value is not (null or false))
            {
                output.Attributes.SetAttribute(name, Text(value));
            }
        }
    }

    public void Write(RenderTreeBuilder builder, IReadOnlyDictionary<string, object>? more, Action<RenderTreeBuilder>? handlers = null)
    {
        builder.OpenElement(0, Tag);
        builder.AddMultipleAttributes(1, more);
        foreach (var (name, value) in Attributes)
        {
            switch (value)
            {
                case bool flag:
                    builder.AddAttribute(2, name, flag);
                    break;
                default:
                    builder.AddAttribute(2, name, value is null ? null : Text(value));
                    break;
            }
        }

        handlers?.Invoke(builder);
        builder.CloseElement();
    }

    private static string? Text(object value) => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture);
}
