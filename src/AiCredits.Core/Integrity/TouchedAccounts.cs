using System.Collections.Concurrent;

namespace AiCredits.Integrity;

/// <summary>
/// Some of the accounts that this process has written to since it was last asked; never more than it is allowed to remember.
/// Stores note every account that gets a command; <see cref="IntegrityMonitor"/> takes them.
/// </summary>
/// <remarks>Thread-safe, and costs next to nothing on the way of a command.</remarks>
public sealed class TouchedAccounts
{
    private ConcurrentDictionary<AccountId, bool> touched = new();
    private int room;

    /// <summary>Notes an account, if there is room.</summary>
    public void Note(AccountId account)
    {
        if (Volatile.Read(ref room) > 0 && !touched.ContainsKey(account) && touched.TryAdd(account, true))
        {
            Interlocked.Decrement(ref room);
        }
    }

    /// <summary>Takes what was noted and remembers up to <paramref name="max"/> from now on; 0 to note nothing.</summary>
    public IReadOnlyCollection<AccountId> Take(int max)
    {
        var taken = Interlocked.Exchange(ref touched, new ConcurrentDictionary<AccountId, bool>());
        Volatile.Write(ref room, max);
        return [.. taken.Keys];
    }
}
