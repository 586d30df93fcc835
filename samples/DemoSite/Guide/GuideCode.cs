namespace AiCredits.DemoSite.Guide;

/// <summary>Code to copy.</summary>
/// <param name="Language">As the fence names it: <c>csharp</c>, <c>js</c> or <c>sh</c>.</param>
/// <param name="Text">The code.</param>
internal sealed record GuideCode(string Language, string Text)
{
    public string Label => Language switch
    {
        "csharp" => "C#",
        "js" => "JavaScript",
        _ => "curl",
    };
}
