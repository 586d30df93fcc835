
namespace AiCredits.Ledger;

/// <summary>What has been decided and is still to be written.</summary>
public sealed partial class AccountBook
{
    private const int MaxHashesTogether = 64;

    private readonly List<Entry> newEntries = [];
    private readonly Dictionary<Guid, HoldChange> holdChanges = [];
    private readonly List<LiveGrant> dirtyGrants = [];
    private Dictionary<string, Entry>? newKeys;
    private Dictionary<string, Refusal>? newRefusals;
    private Dictionary<Guid, Generation>? newGenerations;
    private ReadOnlyMemory<byte> chainHead;
    private Memory<byte> roomForHashes;
    private int hashesTogether = 1;

    private enum HoldChange
    {
        Added,
        Changed,
        Ended,
    }

    /// <summary>Everything decided since the book was opened or this was last called, to be written as a whole.</summary>
    public AccountChanges TakeChanges()
    {
        var changes = new AccountChanges
        {
            SequenceBefore = sequenceBefore,
            State = State,
            Entries = newEntries.Count == 0 ? [] : newEntries.ToArray(),
            Grants = dirtyGrants.Count == 0 ? [] : dirtyGrants.ConvertAll(grant => grant.ToGrant()),
            OpenHolds = CollectHolds(),
            EndedHolds = CollectEndedHolds(),
            Generations = newGenerations is not { Count: > 0 } ? [] : newGenerations.Values.ToArray(),
            Refusals = newRefusals is not { Count: > 0 } ? [] : newRefusals.Values.ToArray(),
            Events = newEvents is not { Count: > 0 } ? [] : newEvents.ToArray(),
            Members = changedMembers is not { Count: > 0 } ? [] : changedMembers.Values.ToArray(),
            Transfers = newTransfers is not { Count: > 0 } ? [] : newTransfers.ToArray(),
            IsEmpty = newEntries.Count == 0 && newRefusals is not { Count: > 0 } && newGenerations is not { Count: > 0 } && nextDue == nextDueBefore,
        };
        ForgetChanges();
        return changes;
    }

    /// <summary>
    /// The same for a store that keeps the book itself, and so its figures, live grants and open holds: hands over only what
    /// becomes history, and makes nothing for it.
    /// </summary>
    internal void TakeHistory(MemoryAccount history)
    {
        foreach (var entry in newEntries)
        {
            history.Add(entry);
        }

        foreach (var grant in dirtyGrants)
        {
            if (!grant.IsLive)
            {
                history.Add(grant.ToGrant());
            }
        }

        if (newGenerations is not null)
        {
            foreach (var generation in newGenerations.Values)
            {
                history.Add(generation);
            }
        }

        if (newRefusals is not null)
        {
            foreach (var refusal in newRefusals.Values)
            {
                history.Add(refusal);
            }
        }

        if (changedMembers is not null)
        {
            foreach (var member in changedMembers.Values)
            {
                history.Add(member);
            }
        }

        if (newTransfers is not null)
        {
            foreach (var transfer in newTransfers)
            {
                history.Add(transfer);
            }
        }

        if (newEvents is { Count: > 0 })
        {
            history.Add(newEvents);
        }

        ForgetChanges();
    }

    // Cleared, not dropped: the book of the in-memory store lives on and fills them again with every command.
    private void ForgetChanges()
    {
        sequenceBefore = sequence;
        nextDueBefore = nextDue;
        newEntries.Clear();
        holdChanges.Clear();
        ForgetUsedUpGrants();
        newKeys?.Clear();
        newRefusals?.Clear();
        newGenerations?.Clear();
        newEvents?.Clear();
        changedMembers?.Clear();
        newTransfers?.Clear();
    }

    private Hold[] CollectHolds()
    {
        List<Hold>? open = null;
        foreach (var (id, change) in holdChanges)
        {
            if (change != HoldChange.Ended)
            {
                (open ??= []).Add(holds[id]);
            }
        }

        return open is null ? [] : [.. open];
    }

    private Guid[] CollectEndedHolds()
    {
        List<Guid>? ended = null;
        foreach (var (id, change) in holdChanges)
        {
            if (change == HoldChange.Ended)
            {
                (ended ??= []).Add(id);
            }
        }

        return ended is null ? [] : [.. ended];
    }

    private Entry Append(Entry entry)
    {
        sequence++;
        lastAt = entry.At;
        var hash = RoomForHash();
        EntryHash.Compute(chainHead.Span, entry, hash.Span);
        entry.Seal(hash);
        chainHead = hash;
        newEntries.Add(entry);
        if (entry.Key is not null)
        {
            (newKeys ??= new(StringComparer.Ordinal)).Add(entry.Key, entry);
        }

        return entry;
    }

    // Hashes stand together in arrays, as an array for each would cost as much again. The arrays grow with the account.
    private Memory<byte> RoomForHash()
    {
        if (roomForHashes.IsEmpty)
        {
            roomForHashes = new byte[hashesTogether * EntryHash.Length];
            hashesTogether = Math.Min(hashesTogether * 2, MaxHashesTogether);
        }

        var room = roomForHashes[..EntryHash.Length];
        roomForHashes = roomForHashes[EntryHash.Length..];
        return room;
    }

    /// <summary>The next entry. Call it when the figures are those after the entry.</summary>
    private Entry Draft(EntryKind kind, DateTime at, Credits amount) => new(Head(kind, at, amount));

    /// <summary>What the next entry has whatever its kind. Call it when the figures are those after the entry.</summary>
    private EntryHead Head(EntryKind kind, DateTime at, Credits amount) =>
        new(Account, sequence + 1, at > lastAt ? at : lastAt, kind, amount, available, held, debt);

    private Entry? FindEntry(string key) => newKeys is not null && newKeys.TryGetValue(key, out var entry) ? entry : history.FindEntry(key);

    private Refusal? FindRefusal(string key) => newRefusals is not null && newRefusals.TryGetValue(key, out var refusal) ? refusal : history.FindRefusal(key);

    private Generation? FindGeneration(Guid id) => newGenerations is not null && newGenerations.TryGetValue(id, out var generation) ? generation : history.FindGeneration(id);

    private void ForgetUsedUpGrants()
    {
        var usedUp = false;
        foreach (var grant in dirtyGrants)
        {
            grant.Dirty = false;
            usedUp |= !grant.IsLive;
        }

        dirtyGrants.Clear();
        if (usedUp)
        {
            grants.RemoveAll(Forget);
        }
    }

    private bool Forget(LiveGrant grant)
    {
        if (grant.IsLive)
        {
            return false;
        }

        restrictedGrants -= grant.Restricted ? 1 : 0;
        grantsById?.Remove(grant.Id);
        return true;
    }
}
