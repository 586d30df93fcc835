namespace AiCredits.AspNetCore.Enforcement;

/// <summary>Whether the app has called <c>UseAiCredits</c>, for the check at start-up.</summary>
internal sealed class EnforcementState
{
    public bool IsUsed { get; set; }
}
