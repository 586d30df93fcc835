using System.Globalization;
using System.Reflection;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>Reads what an MVC action is asked for from its bound arguments. Made once for each action; what can't be read is a fault at start-up.</summary>
internal sealed class ActionPrice
{
    private static readonly Type[] CountTypes = [typeof(int), typeof(long), typeof(short), typeof(byte), typeof(uint), typeof(ushort), typeof(sbyte)];

    private readonly RequiresCreditsAttribute attribute;
    private readonly Source? model;
    private readonly Source? count;
    private readonly Source? prompt;
    private readonly List<string> faults = [];

    public ActionPrice(RequiresCreditsAttribute attribute, ParameterInfo[] parameters)
    {
        this.attribute = attribute;
        model = Find(nameof(attribute.ModelFrom), attribute.ModelFrom, parameters, type => type == typeof(string), "a string");
        count = Find(nameof(attribute.CountFrom), attribute.CountFrom, parameters, type => CountTypes.Contains(Nullable.GetUnderlyingType(type) ?? type), "a whole number");
        prompt = Find(nameof(attribute.PromptFrom), attribute.PromptFrom, parameters, type => type == typeof(string), "a string");
    }

    public IReadOnlyList<string> Faults => faults;

    /// <summary>Reads the price; null when the object that should name it is missing.</summary>
    public BoundPrice? Read(IDictionary<string, object?> arguments)
    {
        if (!TryRead(model, arguments, out var modelValue) || !TryRead(count, arguments, out var countValue) || !TryRead(prompt, arguments, out var promptValue))
        {
            return null;
        }

        return new BoundPrice(
            model is null ? attribute.Model : (string?)modelValue,
            countValue is null ? attribute.Count : Convert.ToInt64(countValue, CultureInfo.InvariantCulture),
            (string?)promptValue);
    }

    private static bool TryRead(Source? source, IDictionary<string, object?> arguments, out object? value)
    {
        value = null;
        if (source is null)
        {
            return true;
        }

        arguments.TryGetValue(source.Parameter, out var argument);
        if (source.Property is null)
        {
            value = argument;
            return true;
        }

        if (argument is null)
        {
            return false;
        }

        value = source.Property.GetValue(argument);
        return true;
    }

    private Source? Find(string setting, string? name, ParameterInfo[] parameters, Predicate<Type> fits, string what)
    {
        if (name is null)
        {
            return null;
        }

        var found = parameters
            .Where(parameter => string.Equals(parameter.Name, name, StringComparison.OrdinalIgnoreCase) && fits(parameter.ParameterType))
            .Select(parameter => new Source(parameter.Name!, null))
            .ToList();
        if (found.Count == 0)
        {
            found = [.. parameters
                .SelectMany(parameter => parameter.ParameterType.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                    .Where(property => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase) && property.CanRead && property.GetIndexParameters().Length == 0 && fits(property.PropertyType))
                    .Select(property => new Source(parameter.Name!, property)))];
        }

        if (found.Count != 1)
        {
            faults.Add($"{setting} is '{name}', but {(found.Count == 0 ? "no argument and no" : "more than one")} property of an argument of that name is {what}");
        }

        return found.FirstOrDefault();
    }

    private sealed record Source(string Parameter, PropertyInfo? Property);
}
