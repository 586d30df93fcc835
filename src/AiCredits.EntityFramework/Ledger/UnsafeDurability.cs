namespace AiCredits.EntityFramework.Ledger;

/// <summary>Settings of a PostgreSQL server under which acknowledged charges can be lost, each allowed only in writing.</summary>
[Flags]
public enum UnsafeDurability
{
    /// <summary>None: the app doesn't start on such a server.</summary>
    None = 0,

    /// <summary><c>synchronous_commit=off</c>: a crash of the server takes the last acknowledged charges with it.</summary>
    AsynchronousCommit = 1,

    /// <summary><c>fsync=off</c>: a power cut can damage the whole database. For tests.</summary>
    NoFsync = 2,

    /// <summary>The server is a standby: nothing can be charged until it is promoted.</summary>
    Standby = 4,
}
