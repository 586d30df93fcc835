namespace AiCredits.Reliability.Simulation;

/// <summary>What becomes of a batch.</summary>
internal enum Verdict
{
    Commit,

    /// <summary>It is rolled back after part of it was done.</summary>
    Tear,

    /// <summary>It is committed, and the line goes dead before the answer.</summary>
    CommitAndLoseReply,

    /// <summary>The database can't be used at all.</summary>
    Refuse,
}
