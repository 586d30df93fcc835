using AiCredits.Metering;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Identity;

/// <summary>Says whom a request is for: an account, or a guest.</summary>
/// <remarks>A singleton, thread-safe. Replace it with <c>UseCallerResolver</c> when accounts are not users, teams for instance.</remarks>
public interface ICallerResolver
{
    /// <summary>The caller of a request.</summary>
    /// <param name="context">The request, after authentication.</param>
    /// <param name="willGenerate">True when the caller is about to generate, so that a guest must be known again: a cookie is then set.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Ledger.LedgerUnavailableException">A guest's network can't be hashed, because the store can't be reached.</exception>
    ValueTask<Caller> ResolveAsync(HttpContext context, bool willGenerate, CancellationToken cancellationToken = default);
}
