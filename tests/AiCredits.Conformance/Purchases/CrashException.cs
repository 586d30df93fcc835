namespace AiCredits.Conformance.Purchases;

/// <summary>The process dies here.</summary>
public sealed class CrashException : Exception;
