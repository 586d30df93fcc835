namespace AiCredits.DemoSite;

/// <summary>One demo site for all tests that each bring their own guests and users: every cookie counts for itself. Its lab is quick.</summary>
public sealed class SharedDemoServer() : DemoServer(
    ("AiCredits:Guests:NetworkLimit", "1000000"),
    ("Lab:WordTime", "00:00:00.05"),
    ("Lab:ExpireAfter", "00:00:02"));
