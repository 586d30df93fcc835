using System.Data.Common;
using AiCredits.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace AiCredits.EntityFramework.Hosting;

/// <summary>Tells a database that can't be used now from a defect.</summary>
internal static class Outage
{
    /// <summary>True when the database is to blame: unreachable, busy, without its tables, or refusing the user.</summary>
    public static bool Is(Exception exception) => Cause(exception) is not null;

    /// <summary>What the database said, without EF's advice around it.</summary>
    public static string MessageOf(Exception exception) => (Cause(exception) ?? exception).Message;

    /// <summary>The exception to throw at the start in place of one for which <see cref="Is"/> is true.</summary>
    public static StartException AtStart(Exception exception) =>
        new($"AIC1202: The database of AiCredits can't be used: {MessageOf(exception)} Check that it runs and that the connection string, the user and the user's rights are right.", exception);

    /// <summary>The exception to throw in place of one for which <see cref="Is"/> is true.</summary>
    public static LedgerUnavailableException Unavailable(Exception exception) =>
        new($"The ledger's database can't be used: {MessageOf(exception)}", exception);

    // EF wraps what the driver throws: updates in a DbUpdateException, transient errors in an InvalidOperationException, and
    // what was tried again in vain in a RetryLimitExceededException. SQLSTATE class 23 is a violated constraint: a defect.
    private static Exception? Cause(Exception? exception) => exception switch
    {
        StartException => null,
        DbException { SqlState: { Length: 5 } state } when state.StartsWith("23", StringComparison.Ordinal) => null,
        Microsoft.Data.Sqlite.SqliteException { SqliteErrorCode: 19 } => null,
        DbException or TimeoutException or System.IO.IOException or System.Net.Sockets.SocketException => exception,
        DbUpdateException or RetryLimitExceededException or InvalidOperationException => Cause(exception.InnerException),
        _ => null,
    };
}
