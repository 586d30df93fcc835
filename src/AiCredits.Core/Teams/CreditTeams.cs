using AiCredits.Ledger;

namespace AiCredits.Teams;

/// <summary>Who may spend from a shared account, and how much.</summary>
/// <remarks>
/// Thread-safe; a singleton. Asks nobody for leave: call it where the app has made sure that the caller may decide for the
/// account. Each change stands in the account's history with its actor.
/// </remarks>
public sealed class CreditTeams
{
    private readonly ICreditStore store;
    private readonly ITeamStore members;

    /// <summary>Makes the service over a store.</summary>
    public CreditTeams(ICreditStore store, ITeamStore members)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(members);
        this.store = store;
        this.members = members;
    }

    /// <summary>Adds a member, or sets the caps of one; brings back one who was removed.</summary>
    /// <param name="account">The shared account.</param>
    /// <param name="member">The member's id, usually the user's.</param>
    /// <param name="caps">The caps.</param>
    /// <param name="key">Names this one change: a repeat with the same key changes nothing.</param>
    /// <param name="actor">Who decided it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Gives up the wait, not the change.</param>
    /// <exception cref="ArgumentException">An id, a cap or the key can't be used.</exception>
    /// <exception cref="InvalidOperationException">The key was used for another change.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<Member> SetAsync(AccountId account, string member, MemberCaps caps, string key, string? actor = null, string? reason = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caps);
        var command = new MemberCommand(account, member)
        {
            DailyCap = caps.Daily,
            MonthlyCap = caps.Monthly,
            CycleAnchor = caps.CycleAnchor,
            Key = key,
            Actor = actor,
            Description = reason,
        };
        return await store.ExecuteAsync(command, cancellationToken).ConfigureAwait(false) is MemberResult.Done done ? done.Member : throw KeyUsed(key);
    }

    /// <summary>Lets a member spend no more; what runs is settled as usual. False when there is no such member, or no more.</summary>
    /// <exception cref="InvalidOperationException">The key was used for another change.</exception>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<bool> RemoveAsync(AccountId account, string member, string key, string? actor = null, string? reason = null, CancellationToken cancellationToken = default) =>
        await store.ExecuteAsync(new MemberCommand(account, member) { Remove = true, Key = key, Actor = actor, Description = reason }, cancellationToken).ConfigureAwait(false) switch
        {
            MemberResult.Done => true,
            MemberResult.NotFound => false,
            _ => throw KeyUsed(key),
        };

    /// <summary>One member as of now; null when the account has none of that id, or no more.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<Member?> FindAsync(AccountId account, string member, CancellationToken cancellationToken = default) =>
        await members.FindMemberAsync(account, member, cancellationToken).ConfigureAwait(false) is { Removed: false } found ? found : null;

    /// <summary>A page of members as of now, by id; those who were removed are left out.</summary>
    /// <param name="account">The shared account.</param>
    /// <param name="after">The last id of the page before; null for the first page.</param>
    /// <param name="limit">How many at the most, 1 to 1,000. A page may be shorter while more follow: go on until it is empty.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    public async ValueTask<IReadOnlyList<Member>> ListAsync(AccountId account, string? after = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        while (true)
        {
            var page = await members.GetMembersAsync(account, after, limit, cancellationToken).ConfigureAwait(false);
            Member[] active = [.. page.Where(member => !member.Removed)];
            if (active.Length > 0 || page.Count < limit)
            {
                return active;
            }

            after = page[^1].Id;
        }
    }

    private static InvalidOperationException KeyUsed(string key) => new($"The key '{key}' was used for another change. Use a new one for each change.");
}
