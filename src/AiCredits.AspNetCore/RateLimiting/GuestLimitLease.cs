using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;
using AiCredits.Guests;
using AiCredits.Ledger;

namespace AiCredits.AspNetCore.RateLimiting;

/// <summary>The answer of the guest limit to one request, with what a refusal has to tell.</summary>
internal sealed class GuestLimitLease : RateLimitLease
{
    public static readonly GuestLimitLease Granted = new(isAcquired: true);

    public static readonly GuestLimitLease SignInRequired = new(isAcquired: false);

    private GuestLimitLease(bool isAcquired) => IsAcquired = isAcquired;

    public GuestLimitLease(GuestUsage reached) => Usage = reached;

    public GuestLimitLease(LedgerUnavailableException unavailable) => Unavailable = unavailable;

    public override bool IsAcquired { get; }

    public GuestUsage? Usage { get; }

    public LedgerUnavailableException? Unavailable { get; }

    public override IEnumerable<string> MetadataNames => [];

    public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
    {
        metadata = null;
        return false;
    }
}
