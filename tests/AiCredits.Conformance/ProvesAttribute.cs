namespace AiCredits.Conformance;

/// <summary>
/// Names what a class derived from a suite proves. The suite checks that it was given just that, and a test over all
/// sources fails when a store or limiter is named by none.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class ProvesAttribute(params Type[] implementations) : Attribute
{
    /// <summary>The implementations.</summary>
    public IReadOnlyList<Type> Implementations { get; } = implementations;

    internal static void Ensure(Type suite, object implementation)
    {
        var named = suite.GetCustomAttributes(typeof(ProvesAttribute), inherit: true).Cast<ProvesAttribute>().SelectMany(attribute => attribute.Implementations);
        named.ShouldContain(implementation.GetType(), $"{suite.Name} must say what it proves: [Proves(typeof({implementation.GetType().Name}))].");
    }
}
