using AiCredits.Ledger;

namespace AiCredits.Teams;

/// <summary>Reads the members of shared accounts. Every store implements it beside <see cref="ICreditStore"/>, which takes the commands.</summary>
/// <remarks>Thread-safe.</remarks>
public interface ITeamStore
{
    /// <summary>The members of an account as of now, by id, those after <paramref name="after"/>, at most <paramref name="limit"/>; removed ones too.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    ValueTask<IReadOnlyList<Member>> GetMembersAsync(AccountId account, string? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>One member as of now; null when the account never had one of that id.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    ValueTask<Member?> FindMemberAsync(AccountId account, string member, CancellationToken cancellationToken = default);
}
