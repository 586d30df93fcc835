namespace AiCredits.DemoSite.Gallery;

/// <summary>A situation that the gallery puts the components in; what the server answers in it is in gallery-fixtures.js.</summary>
/// <param name="Id">Its name in the address of the page.</param>
/// <param name="Title">Its name on the page.</param>
internal sealed record Situation(string Id, string Title)
{
    public static readonly IReadOnlyList<Situation> All =
    [
        new("ok", "Enough"),
        new("low", "Low"),
        new("empty", "Empty"),
        new("held", "Set aside"),
        new("expiring", "Expiring"),
        new("guest", "Guest"),
        new("guest-empty", "Guest at the limit"),
        new("guest-off", "No guests"),
        new("loading", "Loading"),
        new("slow", "Slow"),
        new("offline", "Offline"),
        new("error", "Server error"),
        new("malformed", "Malformed answer"),
        new("missing", "Not set up"),
        new("signed-out", "Signed out"),
        new("none", "No models, no packs"),
        new("huge", "Huge numbers"),
        new("negative", "Below zero"),
        new("hostile", "Hostile names"),
    ];
}
