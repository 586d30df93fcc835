namespace AiCredits.AspNetCore.Administration;

/// <summary>Marks an endpoint that only admins may use.</summary>
/// <param name="IsOpen">True when a policy says who they are.</param>
/// <param name="IsAsked">True when the app has asked for it by a call of its own, and so wants to know that it is closed.</param>
internal sealed record AdminEndpoint(bool IsOpen, bool IsAsked);
