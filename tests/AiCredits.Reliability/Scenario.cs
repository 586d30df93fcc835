namespace AiCredits.Reliability;

/// <summary>One way of trying to break the ledger, and the naive shape that must break under it.</summary>
internal abstract class Scenario
{
    /// <summary>Its name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What is tried, as the table says it.</summary>
    public abstract string What { get; }

    /// <summary>The naive shape that must fail.</summary>
    public abstract string NaiveShape { get; }

    /// <summary>Its share of the time when all are run.</summary>
    public virtual int Weight => 1;

    /// <summary>Tries to break the ledger for as long as the run goes on; failures and figures are noted on the run.</summary>
    public abstract Task RunAsync(Run run);

    /// <summary>Tries the same on the naive shape and returns what went wrong; null when nothing did, and the scenario proves nothing.</summary>
    public abstract Task<string?> BreakNaiveShapeAsync(Run run);
}
