namespace AiCredits.AspNetCore.Enforcement;

/// <summary>Metadata of a bound price that knows whether a filter enforces it, for the check at start-up.</summary>
internal interface IBoundCredits
{
    /// <summary>The type of the argument that it reads.</summary>
    Type RequestType { get; }

    /// <summary>True once a filter is in place on an endpoint that has such an argument.</summary>
    bool IsEnforced { get; }
}
