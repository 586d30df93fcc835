namespace AiCredits.Ledger;

/// <summary>A command that answers with <typeparamref name="TResult"/>.</summary>
/// <typeparam name="TResult">The closed set of its answers.</typeparam>
public abstract record LedgerCommand<TResult> : LedgerCommand
    where TResult : LedgerResult
{
    private protected LedgerCommand(AccountId account)
        : base(account)
    {
    }
}
