using Npgsql;

namespace AiCredits.Reliability.Interleaving;

/// <summary>
/// The order in which actors move. Made anew for each run: it follows the choices of the last one up to the deepest that
/// could be another, so that all orders are met one after the other; or chance decides.
/// </summary>
internal sealed class Schedule(Random? random = null)
{
    private readonly List<(int Choice, int Options)> _choices = [];
    private int _depth;

    /// <summary>The actors in the order in which they moved.</summary>
    public string Order => string.Join(' ', _choices.Select(choice => choice.Choice));

    /// <summary>Moves the actors until all are over.</summary>
    public async Task RunAsync(IReadOnlyList<Actor> actors, NpgsqlDataSource control)
    {
        _depth = 0;
        while (actors.Any(actor => !actor.IsOver))
        {
            var able = actors.Where(actor => !actor.IsOver && !actor.IsBlocked).ToList();
            if (able.Count == 0)
            {
                throw new InvalidOperationException("All wait for each other.");
            }

            await able[Choose(able.Count)].StepAsync(control);

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

    private int Choose(int options)
    {
        if (_depth == _choices.Count)
        {
            _choices.Add((random?.Next(options) ?? 0, options));
        }

        return _choices[_depth++].Choice;
    }
}
