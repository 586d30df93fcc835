namespace AiCredits.Ledger;

/// <summary>
/// An <see cref="AccountBook"/> that was opened with only the grants that burn first can't decide a command without further
/// ones. Throw the book away and open another one with more grants, or with all.
/// </summary>
public sealed class MoreGrantsNeededException() : InvalidOperationException("The command needs more grants of the account than the book was opened with. Open it with more of them.");
