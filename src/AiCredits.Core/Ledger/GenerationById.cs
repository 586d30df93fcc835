using System.Diagnostics.CodeAnalysis;

namespace AiCredits.Ledger;

/// <summary>Takes generations for the same when their ids are, so that a set of them needs no room for keys.</summary>
internal sealed class GenerationById : IEqualityComparer<Generation>, IAlternateEqualityComparer<Guid, Generation>
{
    public static readonly GenerationById Comparer = new();

    private GenerationById()
    {
    }

    public bool Equals(Generation? x, Generation? y) => x?.Id == y?.Id;

    public int GetHashCode([DisallowNull] Generation obj) => obj.Id.GetHashCode();

    public bool Equals(Guid alternate, Generation other) => alternate == other.Id;

    public int GetHashCode(Guid alternate) => alternate.GetHashCode();

    public Generation Create(Guid alternate) => throw new NotSupportedException("A generation is more than its id.");
}
