using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>A command on its way through the writer. What an executor decides is only noted; the caller hears of it after the commit.</summary>
internal abstract class PendingCommand(LedgerCommand command)
{
    public LedgerCommand Command { get; } = command;

    /// <summary>The next command of the same account in the lane's queue.</summary>
    public PendingCommand? Next { get; set; }

    protected LedgerResult? Result { get; private set; }

    protected Exception? Refusal { get; private set; }

    /// <summary>Notes the answer, to be given once the batch is durable.</summary>
    public void Decide(LedgerResult result) => (Result, Refusal) = (result, null);

    /// <summary>Notes that this command alone can never be right, to be told once the rest of the batch is durable.</summary>
    public void Refuse(ArgumentException refusal) => (Result, Refusal) = (null, refusal);

    /// <summary>Tells the caller what was noted.</summary>
    public abstract void Complete();

    /// <summary>Tells the caller that it failed, whatever was noted.</summary>
    public abstract void Fail(Exception exception);
}

/// <summary>A command with a caller who waits for <typeparamref name="TResult"/>.</summary>
internal sealed class PendingCommand<TResult>(LedgerCommand<TResult> command) : PendingCommand(command)
    where TResult : LedgerResult
{
    // A caller must never run on the lane, where it would hold up everybody else.
    private readonly TaskCompletionSource<TResult> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Task => completion.Task;

    public override void Complete()
    {
        if (Refusal is not null)
        {
            completion.TrySetException(Refusal);
        }
        else
        {
            completion.TrySetResult((TResult)(Result ?? throw new InvalidOperationException("The executor left a command of the batch without an answer.")));
        }
    }

    public override void Fail(Exception exception) => completion.TrySetException(exception);
}
