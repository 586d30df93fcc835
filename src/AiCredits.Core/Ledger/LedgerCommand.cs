namespace AiCredits.Ledger;

/// <summary>Something that an account is asked to do. Immutable; the same command may be sent again after a failure.</summary>
public abstract record LedgerCommand
{
    /// <summary>The longest idempotency key, in characters.</summary>
    public const int MaxKeyLength = 200;

    /// <summary>The longest description, actor or reference, in characters.</summary>
    public const int MaxTextLength = 500;

    /// <summary>The largest amount of one command, in millionths: a billion credits.</summary>
    public const long MaxAmountMillionths = 1_000_000_000_000_000;

    private protected LedgerCommand(AccountId account) => Account = account;

    /// <summary>The account.</summary>
    public AccountId Account { get; }

    /// <summary>
    /// The caller's idempotency key, unique within the account: the same key with the same request gets the first
    /// result again, with another request a conflict. Null where an id in the command is the key.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>The hold that the command is about, for the store to load.</summary>
    public virtual Guid? ConcernedHold => null;

    /// <summary>The grant that the command is about, for the store to load.</summary>
    public virtual long? ConcernedGrant => null;

    /// <summary>The member that the command is about, for the store to load.</summary>
    public virtual string? ConcernedMember => null;

    /// <summary>Throws <see cref="ArgumentException"/> with the fault and the fix when the command can never be right.</summary>
    public virtual void Validate()
    {
        if (Account.IsDefault)
        {
            throw new ArgumentException("The command names no account. Set Account.");
        }

        if (Key is not null)
        {
            Text.EnsureIdentifier(Key, MaxKeyLength, "idempotency key");
        }
    }

    private protected static void EnsureAmount(Credits amount, string what)
    {
        if (amount.Millionths is <= 0 or > MaxAmountMillionths)
        {
            throw new ArgumentException($"The {what} is {amount} credits. Use more than 0 and at most {Credits.FromMillionths(MaxAmountMillionths)}.");
        }
    }

    private protected void EnsureKey()
    {
        if (Key is null)
        {
            throw new ArgumentException($"{GetType().Name} needs an idempotency key. Set Key to something that names this one act, such as the id of the purchase.");
        }
    }

    /// <summary>A hash of every field that matters, by which a repeated key is told from a reused one.</summary>
    internal abstract long HashRequest();
}
