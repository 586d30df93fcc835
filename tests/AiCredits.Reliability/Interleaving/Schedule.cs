using Npgsql;

namespace AiCredits.Reliability.Interleaving;

/// <summary>
/// The order in which actors move. Made anew for each run: it follows the choices of the last one up to the deepest that
/// could be another, so that all orders are met one after the other; or chance decides.
/// </summary>
/// <remarks>
/// Two orders that differ only in which of two independent statements came first are one order, and met once (sleep sets, P.
/// Godefroid, "Partial-Order Methods for the Verification of Concurrent Systems", 1996): who was tried first in the same place
/// sleeps until somebody does what it depends on.
/// </remarks>
internal sealed class Schedule(Random? random = null)
{
    private readonly List<(int Choice, int Options)> _choices = [];
    private int _depth;

    /// <summary>The actors in the order in which they moved.</summary>
    public string Order => string.Join(' ', _choices.Select(choice => choice.Choice));

    /// <summary>False when the last run turned out to be another order's equal.</summary>
    public bool WasNew { get; private set; }

    /// <summary>Moves the actors until all are over.</summary>
    public async Task RunAsync(IReadOnlyList<Actor> actors, NpgsqlDataSource control)
    {
        _depth = 0;
        WasNew = true;
        var asleep = new HashSet<Actor>();
        foreach (var actor in actors)
        {
            await actor.GetReadyAsync(control);
        }

        while (actors.Any(actor => !actor.IsOver))
        {
            var able = actors.Where(actor => !actor.IsOver && !actor.IsBlocked).ToList();
            if (able.Count == 0)
            {
                throw new InvalidOperationException("All wait for each other.");
            }

            var awake = able.Where(actor => !asleep.Contains(actor)).ToList();
            WasNew &= awake.Count > 0;
            var next = WasNew ? awake[Choose(awake.Count)] : able[0];
            if (WasNew && random is null)
            {
                var says = next.Next;
                asleep.UnionWith(awake.TakeWhile(actor => actor != next));
                asleep.RemoveWhere(actor => !AreIndependent(actor.Next, says));
            }

            await next.StepAsync(control);

            // A commit lets others go on.
            foreach (var blocked in actors.Where(actor => actor.IsBlocked))
            {
                await blocked.LookAsync(control);
            }
        }
    }

    /// <summary>Goes on to the next order; false when there is none.</summary>
    public bool Next()
    {
        while (_choices.Count > 0)
        {
            var (choice, options) = _choices[^1];
            _choices.RemoveAt(_choices.Count - 1);
            if (choice + 1 < options)
            {
                _choices.Add((choice + 1, options));
                return true;
            }
        }

        return false;
    }

    // A read sees what is committed and takes no lock: only a commit comes before it or after it.
    private static bool AreIndependent(string one, string other) => (IsRead(one) && !IsCommit(other)) || (IsRead(other) && !IsCommit(one));

    private static bool IsRead(string text) =>
        text.StartsWith("select", StringComparison.OrdinalIgnoreCase)
        && !Array.Exists((string[])["for update", "for no key", "for share", "for key share", "advisory", "set_config"], word => text.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static bool IsCommit(string text) => text.StartsWith("commit", StringComparison.OrdinalIgnoreCase);

    private int Choose(int options)
    {
        if (_depth == _choices.Count)
        {
            _choices.Add((random?.Next(options) ?? 0, options));
        }

        return _choices[_depth++].Choice;
    }
}
