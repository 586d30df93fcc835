using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>Commands as tests need them: short, with ids and keys of their own.</summary>
internal static class Commands
{
    public static GrantCommand Grant(AccountId account, Credits amount, string? key = null) =>
        new(account, GrantKind.Promotion, amount) { Key = key ?? Guid.CreateVersion7().ToString() };

    public static HoldCommand Hold(AccountId account, Credits amount, Guid? id = null, string? key = null) =>
        new(account, id ?? Guid.CreateVersion7(), amount, TimeSpan.FromMinutes(10), new GenerationStart { Model = "flux-dev", Price = amount, PriceVersion = "1", Prompt = "a lighthouse" }) { Key = key };

    public static CaptureCommand Capture(AccountId account, Guid hold, Credits? amount = null) =>
        new(account, hold, amount, new GenerationEnd { Outcome = GenerationOutcome.Succeeded, ProviderRequestId = "r-1" });

    public static ReleaseCommand Release(AccountId account, Guid hold) =>
        new(account, hold, new GenerationEnd { Outcome = GenerationOutcome.Failed, Error = "no GPU" });
}
