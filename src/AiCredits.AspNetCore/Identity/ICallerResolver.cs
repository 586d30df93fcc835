using AiCredits.Metering;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Identity;

/// <summary>
/// Says whom a request is for: an account, or a guest. The default takes the account from the signed-in user's claims,
/// else a guest by cookie, client network and the other signals that the options name.
/// </summary>
/// <remarks>A singleton, thread-safe; takes scoped services from <see cref="HttpContext.RequestServices"/>. Replace it with <c>UseCallerResolver</c> when accounts are not users, teams for instance.</remarks>
public interface ICallerResolver
{
    /// <summary>The caller of a request.</summary>
    /// <param name="context">The request, after authentication.</param>
    /// <param name="willGenerate">True when the caller is about to generate: a new guest gets a cookie if the generation is admitted, and is then known again.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Ledger.LedgerUnavailableException">A guest's network can't be hashed, because the store can't be reached.</exception>
    ValueTask<Caller> ResolveAsync(HttpContext context, bool willGenerate, CancellationToken cancellationToken = default);
}
