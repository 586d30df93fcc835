namespace AiCredits.AspNetCore.Administration;

/// <summary>Marks an endpoint that only admins may use.</summary>
/// <param name="IsOpen">True when a policy says who they are.</param>
internal sealed record AdminEndpoint(bool IsOpen);
