namespace AiCredits.EntityFramework.Ledger;

/// <summary>
/// SQLite has one writer per file. Whoever writes in this process waits here, in order and without polling; only other
/// processes are met with a busy time-out.
/// </summary>
internal sealed class SqliteGate : IDisposable
{
    private readonly SemaphoreSlim one = new(1, 1);

    /// <summary>Waits for the turn; dispose what is returned to pass it on.</summary>
    public async ValueTask<Turn> EnterAsync(CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(one);
    }

    public void Dispose() => one.Dispose();

    internal readonly struct Turn(SemaphoreSlim one) : IDisposable
    {
        public void Dispose() => one.Release();
    }
}
