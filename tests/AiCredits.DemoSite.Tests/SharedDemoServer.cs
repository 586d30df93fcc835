namespace AiCredits.DemoSite;

/// <summary>One demo site for all tests that each bring their own guests and users: every cookie counts for itself.</summary>
public sealed class SharedDemoServer() : DemoServer(("AiCredits:Guests:NetworkLimit", "1000000"));
