namespace AiCredits.Packs;

/// <summary>The packs on offer.</summary>
/// <remarks>Thread-safe; never blocks.</remarks>
public interface IPackCatalog
{
    /// <summary>All packs, cheapest first.</summary>
    IReadOnlyList<CreditPack> Packs { get; }
}
