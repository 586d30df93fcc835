namespace AiCredits.DemoSite;

/// <summary>A page of the demo.</summary>
/// <param name="Name">What its script and its stylesheet are called.</param>
/// <param name="Title">What the navigation calls it.</param>
/// <param name="Path">Where it is.</param>
/// <param name="About">What one finds there.</param>
internal sealed record DemoPage(string Name, string Title, string Path, string About);
