using System.Security.Claims;
using AiCredits.Ledger;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Administration;

/// <summary>Who does an admin act, for the history: the name and the id of the signed-in user.</summary>
internal static class AdminCaller
{
    public static string Of(HttpContext context)
    {
        var user = context.User;
        var name = user.Identity?.Name ?? user.FindFirst(ClaimTypes.Email)?.Value ?? user.FindFirst("email")?.Value;
        var id = user.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? user.FindFirst("sub")?.Value;
        var actor = (name, id) switch
        {
            (null, null) => "unnamed admin",
            (null, _) => id,
            (_, null) => name,
            _ => name == id ? name : $"{name} ({id})",
        };
        return actor.Length <= LedgerCommand.MaxTextLength ? actor : actor[..LedgerCommand.MaxTextLength];
    }
}
