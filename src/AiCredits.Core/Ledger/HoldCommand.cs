namespace AiCredits.Ledger;

/// <summary>Sets credits aside for a generation. The hold's id is its key; <see cref="LedgerCommand.Key"/> may add one of the caller's.</summary>
/// <param name="Account">The account.</param>
/// <param name="HoldId">The id of the hold and of the generation; time-ordered (version 7) ids keep stores fast.</param>
/// <param name="Amount">How much.</param>
/// <param name="Lease">How long the hold lives when nobody settles it; at most 30 days.</param>
/// <param name="Generation">What it is for.</param>
public sealed record HoldCommand(AccountId Account, Guid HoldId, Credits Amount, TimeSpan Lease, GenerationStart Generation)
    : LedgerCommand<HoldResult>(Account)
{
    /// <summary>The longest lease.</summary>
    public static readonly TimeSpan MaxLease = TimeSpan.FromDays(30);

    /// <summary>What becomes of the credits when the lease ends unsettled.</summary>
    public HoldExpiryPolicy OnExpiry { get; init; }

    /// <summary>
    /// True when the caller will grant welcome credits and ask again if the account has not had them: a refusal is then
    /// not kept under the key.
    /// </summary>
    public bool WelcomeFirst { get; init; }

    /// <summary>The member of a shared account that the generation is for; its caps count. Null where the account is one person's.</summary>
    public string? Member { get; init; }

    /// <summary>A line for the history.</summary>
    public string? Description { get; init; }

    /// <summary>Who asked for it, where that is not the account itself.</summary>
    public string? Actor { get; init; }

    /// <inheritdoc />
    public override Guid? ConcernedHold => HoldId;

    /// <inheritdoc />
    public override string? ConcernedMember => Member;

    /// <inheritdoc />
    public override void Validate()
    {
        base.Validate();
        EnsureAmount(Amount, "amount to hold");
        if (HoldId == Guid.Empty)
        {
            throw new ArgumentException("The hold has no id. Make one with Guid.CreateVersion7().");
        }

        if (Lease <= TimeSpan.Zero || Lease > MaxLease)
        {
            throw new ArgumentException($"The lease is {Lease}. Use more than zero and at most {MaxLease.TotalDays:0} days.");
        }

        if (!Enum.IsDefined(OnExpiry))
        {
            throw new ArgumentException($"{(int)OnExpiry} is no policy for the end of a hold. Use a member of HoldExpiryPolicy.");
        }

        ArgumentNullException.ThrowIfNull(Generation);
        if (Generation.Count < 1)
        {
            throw new ArgumentException($"The generation has {Generation.Count} results. Use 1 or more.");
        }

        if (Generation.PromptExpiresAt is { Kind: not DateTimeKind.Utc })
        {
            throw new ArgumentException("The end of a prompt's time must be UTC. Convert it with ToUniversalTime().");
        }

        Text.EnsureIdentifier(Generation.Model, MaxKeyLength, "model");
        Text.EnsureFreeText(Generation.PriceVersion, MaxKeyLength, "price version");
        Text.EnsureFreeText(Generation.Prompt, int.MaxValue, "prompt");
        Text.EnsureFreeText(Description, MaxTextLength, "description");
        Text.EnsureFreeText(Actor, MaxTextLength, "actor");
        if (Member is not null)
        {
            Text.EnsureIdentifier(Member, Ledger.Member.MaxIdLength, "member");
        }

        if (Member is not null ? Actor is not null : MemberTerms.MemberOf(Actor) is not null)
        {
            throw new ArgumentException("The actor of a member's hold is the member. Set Member, and leave Actor out.");
        }
    }

    // The id is left out: whoever repeats a request under a key of his own makes a new id for it.
    internal override long HashRequest()
    {
        var hash = new RequestHash(EntryKind.Hold).Add(Amount).Add(Generation.Model).Add(Generation.Count);
        hash = Member is null ? hash : hash.Add(Member);
        return (OnExpiry == default ? hash : hash.Add((long)OnExpiry)).Value;
    }
}
