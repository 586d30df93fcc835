namespace AiCredits.DemoSite.Lab;

/// <summary>A switch of the page "Try it"; its script has a function for each button.</summary>
/// <param name="Id">Its name, which is also where a link can point.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Shows">What is to be seen.</param>
/// <param name="Buttons">The names and the labels of its buttons.</param>
internal sealed record Experiment(string Id, string Title, string Shows, params (string Name, string Label)[] Buttons)
{
    /// <summary>True when a guest can try it too.</summary>
    public bool ForGuests { get; init; }

    public static readonly IReadOnlyList<Experiment> All =
    [
        new("fail", "A model that fails", "The model fails after it has started. What was set aside goes back, and the answer is 502.", ("fail", "Let it fail")) { ForGuests = true },
        new("slow", "A slow model", "While the model runs, its price is set aside: it can't be spent twice, and it isn't taken yet.", ("slow", "Run it")) { ForGuests = true },
        new("stream", "A stream, stopped half-way", "Ten words for one credit. Stop after four, and four tenths are charged.", ("stream", "Start"), ("stop", "Stop")),
        new("clicks", "20 clicks at once", "Each click costs 4 credits. As many succeed as the balance pays for, the rest get 402, and the balance never goes below zero. With one Idempotency-Key all 20 are one generation.", ("clicks", "Click 20 times"), ("sameKey", "… with one key")),
        new("low", "Running low", "Spends all but 9 credits. The balance warns once per crossing, here, by event and by webhook of your own.", ("low", "Spend down to 9")),
        new("expiry", "Credits that expire", "Three credits for ten seconds. They burn before all others, and what is left of them expires to the second.", ("expire", "Get three credits")),
        new("refund", "A refund", "A generation is charged and then given back to the grants that paid for it. Asking twice gives it back once.", ("refund", "Spend 1, refund it twice")),
        new("team", "A member's share of a team", "You join a team of 20 credits, of which you may use 1 a day. The second credit is refused with 402, although the team has plenty. Then you leave, and spend your own again.", ("team", "Join, spend 2, leave")),
        new("unknown", "A model without a price", "What has no price is refused before anything runs, with the models that there are.", ("unknown", "Ask for it")) { ForGuests = true },
    ];
}
