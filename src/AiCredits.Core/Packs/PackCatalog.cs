using Microsoft.Extensions.Options;

namespace AiCredits.Packs;

/// <summary>The packs from <see cref="AiCreditsOptions"/>; follows a change of the settings while the app runs.</summary>
internal sealed class PackCatalog : IPackCatalog, IDisposable
{
    private readonly IDisposable? subscription;
    private volatile CreditPack[] current;

    public PackCatalog(IOptionsMonitor<AiCreditsOptions> options)
    {
        current = PackList.Of(PackList.FromSettings(options.CurrentValue));
        subscription = options.OnChange(changed => current = PackList.Of(PackList.FromSettings(changed)));
    }

    public IReadOnlyList<CreditPack> Packs => current;

    public void Dispose() => subscription?.Dispose();
}
