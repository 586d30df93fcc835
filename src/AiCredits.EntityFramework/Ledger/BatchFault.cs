namespace AiCredits.EntityFramework.Ledger;

/// <summary>What an exception of an executor says about its batch.</summary>
internal enum BatchFault
{
    /// <summary>One of the commands may be to blame: halve the batch until it is alone.</summary>
    Command,

    /// <summary>It may pass, or nobody knows whether the commit happened: try the same commands again.</summary>
    Transient,

    /// <summary>The database can't be used as it is, whatever the commands; trying again at once helps nobody.</summary>
    Database,
}
