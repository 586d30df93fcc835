using AiCredits.Ledger;

namespace AiCredits.Administration;

/// <summary>Who does something to an account, why, and which act it is: all three stand in the history for ever.</summary>
/// <param name="Account">The account.</param>
/// <param name="Key">Names this one act: the same key again does nothing twice. At most 100 characters, no colon.</param>
/// <param name="Actor">Who does it.</param>
/// <param name="Reason">Why, for whoever reads the history.</param>
public sealed record AdminAct(AccountId Account, string Key, string Actor, string Reason)
{
    /// <summary>The longest <see cref="Key"/>, in characters.</summary>
    public const int MaxKeyLength = 100;

    /// <summary>The key in the history, apart from the keys of the app's own commands.</summary>
    internal string LedgerKey => $"admin:{Key}";

    /// <summary>Throws <see cref="ArgumentException"/> when something is missing or can't be kept.</summary>
    public void Validate()
    {
        if (Account.IsDefault)
        {
            throw new ArgumentException("The act names no account. Set Account.");
        }

        Text.EnsureIdentifier(Key, MaxKeyLength, "key of the act");
        if (Key.Contains(':', StringComparison.Ordinal))
        {
            throw new ArgumentException("The key of the act has a colon, which parts the steps of an act. Use another character.");
        }

        if (string.IsNullOrWhiteSpace(Reason))
        {
            throw new ArgumentException("The act has no reason. Say why, for whoever reads the history.");
        }

        if (string.IsNullOrWhiteSpace(Actor))
        {
            throw new ArgumentException("The act has no actor. Say who does it.");
        }

        Text.EnsureFreeText(Reason, LedgerCommand.MaxTextLength, "reason");
        Text.EnsureFreeText(Actor, LedgerCommand.MaxTextLength, "actor");
    }
}
