namespace AiCredits.Ledger;

/// <summary>Grants credits. Needs a <see cref="LedgerCommand.Key"/>; a second welcome grant is refused whatever its key.</summary>
/// <param name="Account">The account.</param>
/// <param name="Kind">Where they come from.</param>
/// <param name="Amount">How much.</param>
public sealed record GrantCommand(AccountId Account, GrantKind Kind, Credits Amount)
    : LedgerCommand<GrantResult>(Account)
{
    /// <summary>Lower burns first; 0 by default.</summary>
    public int Priority { get; init; }

    /// <summary>When its credits can be spent from (UTC); null for at once.</summary>
    public DateTime? EffectiveAt { get; init; }

    /// <summary>When what is left expires (UTC); null for never.</summary>
    public DateTime? ExpiresAt { get; init; }

    /// <summary>The only models its credits pay for; empty for all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>A line for the history.</summary>
    public string? Description { get; init; }

    /// <summary>Who granted it.</summary>
    public string? Actor { get; init; }

    /// <summary>Where it came from: a purchase id, a code.</summary>
    public string? Reference { get; init; }

    /// <inheritdoc />
    public override void Validate()
    {
        base.Validate();
        EnsureKey();
        EnsureAmount(Amount, "amount to grant");
        if (!Enum.IsDefined(Kind))
        {
            throw new ArgumentException($"{(int)Kind} is no kind of grant. Use a member of GrantKind.");
        }

        if (EffectiveAt is { Kind: not DateTimeKind.Utc } || ExpiresAt is { Kind: not DateTimeKind.Utc })
        {
            throw new ArgumentException("The times of a grant must be UTC. Convert them with ToUniversalTime().");
        }

        if (EffectiveAt >= ExpiresAt)
        {
            throw new ArgumentException("The grant expires before it becomes effective. Set ExpiresAt after EffectiveAt.");
        }

        ArgumentNullException.ThrowIfNull(Models);
        if (Models.Count > 50)
        {
            throw new ArgumentException("A grant can be restricted to at most 50 models. Shorten Models.");
        }

        foreach (var model in Models)
        {
            Text.EnsureIdentifier(model, MaxKeyLength, "model");
        }

        Text.EnsureFreeText(Description, MaxTextLength, "description");
        Text.EnsureFreeText(Actor, MaxTextLength, "actor");
        Text.EnsureFreeText(Reference, MaxTextLength, "reference");
    }

    internal override long HashRequest()
    {
        var hash = new RequestHash(EntryKind.Grant).Add((long)Kind).Add(Amount).Add(Priority).Add(EffectiveAt).Add(ExpiresAt).Add(Reference);
        foreach (var model in Models)
        {
            hash = hash.Add(model);
        }

        return hash.Value;
    }
}
