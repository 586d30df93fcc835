namespace AiCredits.Purchases;

internal sealed class OpenPurchasePolicy : IPurchasePolicy
{
    public ValueTask<string?> RefusalAsync(AccountId account, CancellationToken cancellationToken = default) => new((string?)null);

    public ValueTask<bool> ShouldFreezeAsync(Purchase purchase, CancellationToken cancellationToken = default) => new(false);
}
