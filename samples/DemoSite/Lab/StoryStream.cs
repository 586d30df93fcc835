using System.Runtime.CompilerServices;
using AiCredits.AspNetCore.Enforcement;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiCredits.DemoSite.Lab;

/// <summary>A story told word by word. Its price is set aside at the start; who stops listening pays for the words so far.</summary>
internal static class StoryStream
{
    public const string Model = "lora-context";

    private static readonly string[] Words = "Once there was a ledger that never lost a credit".Split(' ');

    public static ServerSentEventsResult<string> WriteAsync(ICreditsFeature credits, IConfiguration configuration, TimeProvider clock, CancellationToken cancellationToken) =>
        TypedResults.ServerSentEvents(TellAsync(credits, configuration.GetValue("Lab:WordTime", TimeSpan.FromMilliseconds(400)), clock, cancellationToken));

    private static async IAsyncEnumerable<string> TellAsync(ICreditsFeature credits, TimeSpan wordTime, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var price = credits.Charged;
        for (var told = 0; told < Words.Length; told++)
        {
            // What is said last counts, also when the listener is gone by then.
            credits.SetActualCost(Credits.FromMillionths(price.Millionths * (told + 1) / Words.Length));
            yield return Words[told];
            await Task.Delay(wordTime, clock, cancellationToken);
        }
    }
}
