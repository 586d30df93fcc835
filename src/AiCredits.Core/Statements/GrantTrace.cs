using System.Runtime.CompilerServices;
using AiCredits.Ledger;

namespace AiCredits.Statements;

/// <summary>Follows credits both ways: from a generation to the grants that paid for it, and from a grant to all that became of it.</summary>
/// <remarks>Thread-safe. Reads only, and no further back than it must.</remarks>
public sealed class GrantTrace
{
    private const int PageSize = 1_000;
    private static readonly EntryKind[] Spends = [EntryKind.Capture, EntryKind.Refund];
    private readonly ICreditStore store;

    /// <summary>Makes a trace over a store.</summary>
    public GrantTrace(ICreditStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        this.store = store;
    }

    /// <summary>The grants that paid for a generation, and how much each; nothing when it was free, runs, or was given back.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<IReadOnlyList<GrantSlice>> GetGrantsAsync(AccountId account, Guid generationId, CancellationToken cancellationToken = default)
    {
        if (await store.FindGenerationAsync(account, generationId, cancellationToken).ConfigureAwait(false) is not { FirstEntry: > 0 } generation || generation.Account != account)
        {
            return [];
        }

        var paid = new SortedDictionary<long, Credits>();
        var before = generation.LastEntry == 0 ? (long?)null : generation.LastEntry + 1;
        await foreach (var entry in EntriesAsync(new EntryQuery(account) { Kinds = Spends, Before = before, Limit = PageSize }, generation.FirstEntry, cancellationToken).ConfigureAwait(false))
        {
            foreach (var slice in entry.HoldId == generationId ? entry.Slices : [])
            {
                paid[slice.GrantId] = paid.GetValueOrDefault(slice.GrantId) + (entry.Kind == EntryKind.Capture ? slice.Amount : -slice.Amount);
            }
        }

        return [.. paid.Where(part => !part.Value.IsZero).Select(part => new GrantSlice(part.Key, part.Value))];
    }

    /// <summary>Every entry that moved credits of a grant, newest first, down to the one that made it.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async IAsyncEnumerable<Entry> GetUsesAsync(AccountId account, long grantId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var entry in EntriesAsync(new EntryQuery(account) { Limit = PageSize }, grantId, cancellationToken).ConfigureAwait(false))
        {
            if (entry.GrantId == grantId || entry.Slices.Any(slice => slice.GrantId == grantId))
            {
                yield return entry;
            }
        }
    }

    private async IAsyncEnumerable<Entry> EntriesAsync(EntryQuery query, long downTo, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await store.GetEntriesAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var entry in page)
            {
                if (entry.Sequence < downTo)
                {
                    yield break;
                }

                yield return entry;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }

            query = query with { Before = page[^1].Sequence };
        }
    }
}
