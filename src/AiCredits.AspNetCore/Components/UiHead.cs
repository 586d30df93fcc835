using System.Text.Encodings.Web;

namespace AiCredits.AspNetCore.Components;

/// <summary>What stands in the head of a page.</summary>
internal static class UiHead
{
    /// <param name="styleSheet">Keeps room for the elements until the module has come.</param>
    /// <param name="module">The module.</param>
    /// <param name="state">JSON without the characters that end a script element; null for none.</param>
    public static string Html(string styleSheet, string module, string? state)
    {
        var encode = HtmlEncoder.Default;
        var data = state is null ? "" : $"\n<script type=\"application/json\" data-aicredits>{state}</script>";
        return $"<link rel=\"stylesheet\" href=\"{encode.Encode(styleSheet)}\">{data}\n<script type=\"module\" src=\"{encode.Encode(module)}\"></script>";
    }
}
