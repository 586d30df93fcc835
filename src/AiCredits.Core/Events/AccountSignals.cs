using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace AiCredits.Events;

/// <summary>
/// Says within this process that an account has changed, for pages that show it as it changes. A store calls
/// <see cref="Changed"/> after each commit. Other processes don't hear it: whoever must not miss a change looks now and
/// then as well.
/// </summary>
/// <remarks>Thread-safe; a singleton. Costs a look-up where nobody listens.</remarks>
public sealed class AccountSignals
{
    private readonly ConcurrentDictionary<AccountId, ImmutableList<Action>> listeners = new();

    /// <summary>True while somebody listens to the account.</summary>
    public bool IsHeard(AccountId account) => !listeners.IsEmpty && listeners.ContainsKey(account);

    /// <summary>Tells those who listen to the account.</summary>
    public void Changed(AccountId account)
    {
        if (!listeners.IsEmpty && listeners.TryGetValue(account, out var heard))
        {
            foreach (var changed in heard)
            {
                changed();
            }
        }
    }

    /// <summary>Listens until the result is disposed of.</summary>
    /// <param name="account">The account.</param>
    /// <param name="changed">Called by whoever changes the account: must return at once and never throw.</param>
    public IDisposable Listen(AccountId account, Action changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        listeners.AddOrUpdate(account, static (_, one) => [one], static (_, all, one) => all.Add(one), changed);
        return new Ear(this, account, changed);
    }

    private void Forget(AccountId account, Action changed)
    {
        while (listeners.TryGetValue(account, out var all))
        {
            var rest = all.Remove(changed);
            if (rest.IsEmpty ? listeners.TryRemove(KeyValuePair.Create(account, all)) : listeners.TryUpdate(account, rest, all))
            {
                return;
            }
        }
    }

    private sealed class Ear(AccountSignals signals, AccountId account, Action changed) : IDisposable
    {
        private int disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref disposed, 1) == 0)
            {
                signals.Forget(account, changed);
            }
        }
    }
}
