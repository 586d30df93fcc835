namespace AiCredits.Integrity;

/// <summary>What is proved of every account.</summary>
public enum IntegrityRule
{
    /// <summary>Entries are numbered 1, 2, 3, ... without a gap, and the account's row names the last one.</summary>
    Sequence = 1,

    /// <summary>No entry is earlier than the one before it.</summary>
    Time = 2,

    /// <summary>Each entry's hash follows from its fields and the hash before it, and the account's row carries the head.</summary>
    Chain = 3,

    /// <summary>What is available, held and owed after each entry is the running sum, and never below zero.</summary>
    RunningSum = 4,

    /// <summary>The account's figures are what its entries say, issued = available + held + spent + expired + revoked, and nothing ends before the account is looked at next.</summary>
    Account = 5,

    /// <summary>Each grant's figures and terms are what the entries say, and granted = available + held + spent + expired + revoked.</summary>
    Grant = 6,

    /// <summary>Each hold is open, or ended once, and what it or its generation says (figures, times, model, count, price, member) is what the entries say.</summary>
    Hold = 7,

    /// <summary>Each idempotency key stands once.</summary>
    Key = 8,

    /// <summary>The entry that a checkpoint named is still there, unchanged.</summary>
    Checkpoint = 9,

    /// <summary>Each member's caps are what the entries say, and what a member has used is what the generations sum to.</summary>
    Member = 10,

    /// <summary>Each transfer that left an account has arrived at the other one or is under way, and none has arrived that did not leave.</summary>
    Transfer = 11,

    /// <summary>Every row can be read.</summary>
    Readable = 12,
}
