namespace AiCredits.Ledger;

/// <summary>
/// Adds a member to a shared account, sets a member's caps, or removes one. Needs a <see cref="LedgerCommand.Key"/>. What
/// a member has used stays counted whatever becomes of the caps; another <see cref="CycleAnchor"/> begins a new month.
/// </summary>
/// <param name="Account">The shared account.</param>
/// <param name="Member">The member's id, unique within the account.</param>
public sealed record MemberCommand(AccountId Account, string Member) : LedgerCommand<MemberResult>(Account)
{
    /// <summary>The most in a UTC day; null for no cap.</summary>
    public Credits? DailyCap { get; init; }

    /// <summary>The most in a month; null for no cap.</summary>
    public Credits? MonthlyCap { get; init; }

    /// <summary>A time (UTC) at which a billing cycle began; null for calendar months in UTC.</summary>
    public DateTime? CycleAnchor { get; init; }

    /// <summary>True to let the member spend no more. What runs is settled as usual.</summary>
    public bool Remove { get; init; }

    /// <summary>Why, for the history.</summary>
    public string? Description { get; init; }

    /// <summary>Who decided it.</summary>
    public string? Actor { get; init; }

    /// <inheritdoc />
    public override string? ConcernedMember => Member;

    /// <inheritdoc />
    public override void Validate()
    {
        base.Validate();
        EnsureKey();
        Text.EnsureIdentifier(Member, Ledger.Member.MaxIdLength, "member");
        EnsureCap(DailyCap, "a day");
        EnsureCap(MonthlyCap, "a month");
        if (CycleAnchor is { Kind: not DateTimeKind.Utc })
        {
            throw new ArgumentException("The start of the billing cycle must be UTC. Convert it with ToUniversalTime().");
        }

        Text.EnsureFreeText(Description, MaxTextLength, "description");
        Text.EnsureFreeText(Actor, MaxTextLength, "actor");
    }

    internal override long HashRequest() => new RequestHash(EntryKind.Member)
        .Add(Member).Add(CapOf(DailyCap)).Add(CapOf(MonthlyCap)).Add(CycleAnchor).Add(Remove ? 1 : 0).Value;

    private static long CapOf(Credits? cap) => cap?.Millionths ?? -1;

    private static void EnsureCap(Credits? cap, string window)
    {
        if (cap is { Millionths: < 0 or > MaxAmountMillionths } value)
        {
            throw new ArgumentException($"The cap for {window} is {value} credits. Use 0 to {Credits.FromMillionths(MaxAmountMillionths)}, or null for no cap.");
        }
    }
}
