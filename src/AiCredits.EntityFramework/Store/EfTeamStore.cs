using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using AiCredits.Teams;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Store;

/// <summary>Members in the database.</summary>
internal sealed class EfTeamStore(CreditsDatabase database) : ITeamStore
{
    public async ValueTask<IReadOnlyList<Member>> GetMembersAsync(AccountId account, string? after, int limit, CancellationToken cancellationToken = default)
    {
        var id = account.Value;
        return await database.ReadAsync(
            async (context, token) =>
            {
                var rows = await context.Set<MemberRow>().AsNoTracking()
                    .Where(row => row.AccountId == id && (after == null || row.MemberId.CompareTo(after) > 0))
                    .OrderBy(row => row.MemberId).Take(limit).ToListAsync(token).ConfigureAwait(false);
                var now = await database.NowAsync(context, token).ConfigureAwait(false);
                return rows.ConvertAll(row => row.ToMember().AsOf(now));
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<Member?> FindMemberAsync(AccountId account, string member, CancellationToken cancellationToken = default)
    {
        var id = account.Value;
        return await database.ReadAsync(
            async (context, token) =>
            {
                var found = await context.Set<MemberRow>().AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == id && row.MemberId == member, token).ConfigureAwait(false);
                return found?.ToMember().AsOf(await database.NowAsync(context, token).ConfigureAwait(false));
            },
            cancellationToken).ConfigureAwait(false);
    }
}
