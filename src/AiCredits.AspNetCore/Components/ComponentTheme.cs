namespace AiCredits.AspNetCore.Components;

/// <summary>The colours of a web component.</summary>
public enum ComponentTheme
{
    /// <summary>Those of the page's <c>color-scheme</c>.</summary>
    Page,

    /// <summary>Light.</summary>
    Light,

    /// <summary>Dark.</summary>
    Dark,

    /// <summary>What the person prefers, whatever the page's scheme.</summary>
    Auto,
}
