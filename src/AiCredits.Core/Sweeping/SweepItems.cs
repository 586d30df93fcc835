using AiCredits.Ledger;

namespace AiCredits.Sweeping;

/// <summary>Goes through what a sweep has found, so that one item that doesn't add up holds up no other.</summary>
internal static class SweepItems
{
    /// <summary>Finishes each item, and says how many there were.</summary>
    /// <exception cref="AggregateException">What did not add up, once all the others are finished.</exception>
    public static async ValueTask<int> FinishAsync<T>(IReadOnlyList<T> items, Func<T, ValueTask> finish)
    {
        var contradictions = new List<Exception>();
        foreach (var item in items)
        {
            try
            {
                await finish(item).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is LedgerInvariantException or InvalidOperationException)
            {
                contradictions.Add(exception);
            }
        }

        return contradictions.Count == 0 ? items.Count : throw new AggregateException(contradictions);
    }
}
