using AiCredits.TestServers;
using Npgsql;

namespace AiCredits.Reliability.Interleaving;

/// <summary>One session with PostgreSQL that moves a statement at a time.</summary>
internal sealed class Actor : IAsyncDisposable
{
    private readonly SteppingProxy _proxy;
    private Task _work = Task.CompletedTask;
    private int _completed;

    public Actor(PostgreSqlServer server, string connectionString, bool isDirect = false)
    {
        _proxy = new SteppingProxy(server.Port, isDirect);
        DataSource = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_proxy.ConnectionStringFor(connectionString)) { MaxPoolSize = 1, NoResetOnClose = true });
    }

    /// <summary>Where the session comes from.</summary>
    public NpgsqlDataSource DataSource { get; }

    /// <summary>True when it has nothing more to say.</summary>
    public bool IsOver { get; private set; }

    /// <summary>True while its statement waits for a lock that another one has.</summary>
    public bool IsBlocked { get; private set; }

    /// <summary>Starts its work, and waits until it has something to say.</summary>
    public async Task BeginAsync(Func<Task> work)
    {
        _proxy.Steps = true;
        _work = Task.Run(work);
        IsOver = !await _proxy.HearsNextAsync(_work);
    }

    /// <summary>What it says next; only while it is neither blocked nor over.</summary>
    public string Next => _proxy.NextText();

    /// <summary>Lets it say what it says next, and waits until that is done or waits for a lock; then all that matters to nobody else.</summary>
    public async Task StepAsync(NpgsqlDataSource control)
    {
        do
        {
            _completed = _proxy.Completed;
            await _proxy.PassNextAsync();
            IsBlocked = true;
            await WaitAsync(control);
        }
        while (IsAtPrivate());
    }

    /// <summary>Lets it say what matters to nobody else, up to what does.</summary>
    public async Task GetReadyAsync(NpgsqlDataSource control)
    {
        if (IsAtPrivate())
        {
            await StepAsync(control);
        }
    }

    /// <summary>Sees whether a blocked statement goes on: returns once it is done, or surely waits.</summary>
    public async Task LookAsync(NpgsqlDataSource control)
    {
        await WaitAsync(control);
        await GetReadyAsync(control);
    }

    /// <summary>The exception of its work, once it is over; null when there was none.</summary>
    public async Task<Exception?> ResultAsync()
    {
        try
        {
            await _work;
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return exception;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _proxy.Steps = false;
        await DataSource.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private async Task WaitAsync(NpgsqlDataSource control)
    {
        while (_proxy.Completed == _completed)
        {
            await using (var ask = control.CreateCommand("select cardinality(pg_blocking_pids($1)) > 0"))
            {
                ask.Parameters.Add(new NpgsqlParameter<int> { TypedValue = _proxy.Backend });
                if (await ask.ExecuteScalarAsync() is true && _proxy.Completed == _completed)
                {
                    return;
                }
            }

            await _proxy.WaitAsync(TimeSpan.FromMilliseconds(1));
        }

        // Only once it is known whether there is more to say, or the number of choices would hang on the threads.
        IsBlocked = false;
        if (!await _proxy.HearsNextAsync(_work))
        {
            _proxy.Steps = false;
            IsOver = true;
        }
    }

    // What begins a transaction, sets it up or only prepares touches nothing that others could see.
    private bool IsAtPrivate() => !IsBlocked && !IsOver && Next is var text
        && (text.Length == 0 || text.StartsWith("begin", StringComparison.OrdinalIgnoreCase) || text.Contains("set_config('idle_in", StringComparison.Ordinal));
}
