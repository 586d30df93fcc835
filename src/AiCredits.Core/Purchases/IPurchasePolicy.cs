namespace AiCredits.Purchases;

/// <summary>Says who may buy, and what becomes of an account that disputes or refunds. The default lets everybody buy and closes nobody out.</summary>
/// <remarks>A singleton, thread-safe. May be asked more than once about the same thing.</remarks>
public interface IPurchasePolicy
{
    /// <summary>Why the account may not buy now, for the buyer; null when it may.</summary>
    ValueTask<string?> RefusalAsync(AccountId account, CancellationToken cancellationToken = default);

    /// <summary>True to freeze the account, after a purchase was refunded or disputed or a dispute was decided.</summary>
    /// <param name="purchase">How the purchase stands.</param>
    /// <param name="cancellationToken">Gives up; it is asked again.</param>
    ValueTask<bool> ShouldFreezeAsync(Purchase purchase, CancellationToken cancellationToken = default);
}
