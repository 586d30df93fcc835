namespace AiCredits.Packs;

/// <summary>The answer to a change of a pack that was made of one version of it.</summary>
public abstract record PackChangeResult
{
    private PackChangeResult()
    {
    }

    /// <summary>The pack is changed.</summary>
    /// <param name="Pack">How it is kept now.</param>
    /// <param name="Replayed">True when the very same change was made before, by the same actor for the same reason.</param>
    public sealed record Done(StoredPack Pack, bool Replayed) : PackChangeResult;

    /// <summary>There is no pack of that id.</summary>
    public sealed record NotFound : PackChangeResult;

    /// <summary>Somebody else has changed the pack meanwhile; nothing changed.</summary>
    /// <param name="Pack">How it is kept now.</param>
    public sealed record ChangedMeanwhile(StoredPack Pack) : PackChangeResult;
}
