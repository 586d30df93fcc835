namespace AiCredits.Ledger;

/// <summary>What a store knows of an account's past, as far as the commands at hand need it.</summary>
public interface IAccountHistory
{
    /// <summary>The entry that carries a key; null when none does.</summary>
    Entry? FindEntry(string key);

    /// <summary>The refusal that carries a key; null when none does.</summary>
    Refusal? FindRefusal(string key);

    /// <summary>
    /// The finished generation of an id; null when there is none. Asked for the holds that commands name and for those
    /// of the entries found by key.
    /// </summary>
    Generation? FindGeneration(Guid id);

    /// <summary>
    /// A member of the account; null when it never had one of that id. Asked for the members that commands name, and for
    /// those of the holds and generations that commands name or that are due.
    /// </summary>
    Member? FindMember(string id);

    /// <summary>
    /// A grant that is no longer live; null when the account never had it. Asked for the grants that commands name and
    /// for those in the slices of <see cref="FindCaptures"/>.
    /// </summary>
    Grant? FindGrant(long id);

    /// <summary>The captures of a finished generation, oldest first; only asked for the hold of a <see cref="RefundCommand"/>.</summary>
    IReadOnlyList<Entry> FindCaptures(Guid holdId);
}
