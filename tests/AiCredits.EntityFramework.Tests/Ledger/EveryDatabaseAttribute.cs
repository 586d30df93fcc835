using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>Runs a test on every database: a SQLite file, PostgreSQL, and PostgreSQL behind PgBouncer in transaction mode.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryDatabaseAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Enum.GetValues<Provider>().Select(provider => new TheoryDataRow<Provider>(provider))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
