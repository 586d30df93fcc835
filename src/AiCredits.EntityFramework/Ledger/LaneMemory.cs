using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>
/// How a lane's session left the accounts that it wrote last, and what time the database has. With it a lone hold or
/// settlement is decided before anything is asked, and written in a single round trip, on the condition that the database
/// is still as remembered (<see cref="PostgreSqlStatements.AddFirstEntry"/>). It saves a look and decides nothing: where
/// the condition fails, nothing has been written and the command goes the usual way. Not thread-safe: a lane has one batch in
/// flight.
/// </summary>
/// <param name="clock">What tells how much time has passed; null for the system's, since the database's goes on whatever clock the app was given.</param>
/// <param name="mostRest">The most commands to load at once after it was wrong.</param>
internal sealed class LaneMemory(TimeProvider? clock = null, int mostRest = 1_024)
{
    // What is remembered of one account is small, but for prompts and for grants in number.
    private const int MostAccounts = 2_000;
    private const int MostHolds = 4;
    private const int LongestPrompt = 4_000;

    private static readonly TimeSpan TimeIsGoodFor = TimeSpan.FromMinutes(1);

    private readonly TimeProvider clock = clock ?? TimeProvider.System;
    private readonly Dictionary<AccountId, Known> accounts = [];
    private DateTime seenTime;
    private long seenAt;
    private int rest;
    private int nextRest = 1;

    /// <summary>Notes the database's time, at the moment of its answer.</summary>
    public void Saw(DateTime now) => (seenTime, seenAt) = (now, clock.GetTimestamp());

    /// <summary>Puts what is known into a batch, and says what time it is in the database at the least; false when the batch has to load.</summary>
    public bool TryRecall(LedgerBatch batch, out DateTime now)
    {
        // The answer was on its way when its time was noted, so this is behind the database. Clocks drift by a few milliseconds
        // a minute at the most.
        var passed = clock.GetElapsedTime(seenAt);
        now = seenTime + passed;
        if (passed > TimeIsGoodFor || batch.Lone is not { Key: null, ConcernedMember: null } command || !accounts.TryGetValue(command.Account, out var known) || !IsRested())
        {
            return false;
        }

        if (known.State.LastAt > now || AccountBook.IsDue(known.State, now))
        {
            return false;
        }

        var hold = known.Holds.Find(hold => hold.Id == command.ConcernedHold);
        if (command is HoldCommand ? hold is not null : command is not (CaptureCommand or ReleaseCommand) || hold is not { Generation.Member: null })
        {
            return false;
        }

        var account = batch.Accounts[0];
        account.State = known.State;
        if (hold is not null)
        {
            account.Loaded(hold);
        }

        account.LoadedInOrder(known.Grants, int.MaxValue);
        return true;
    }

    /// <summary>Notes how a batch has left its accounts; of a batch of many, that they are not as they were.</summary>
    public void Keep(LedgerBatch batch)
    {
        foreach (var account in batch.Accounts)
        {
            if (batch.Lone is null || account.LiveGrantsAfter is not { } grants)
            {
                accounts.Remove(account.Account);
                continue;
            }

            var holds = accounts.TryGetValue(account.Account, out var known) && known.State.ChainHead.Span.SequenceEqual(account.State!.ChainHead.Span) ? known.Holds : [];
            var changes = account.Changes!;
            holds.RemoveAll(hold => changes.EndedHolds.Contains(hold.Id) || changes.OpenHolds.Any(changed => changed.Id == hold.Id));
            holds.AddRange(changes.OpenHolds.Where(static hold => hold.Generation.Prompt is not { Length: > LongestPrompt }));
            holds.RemoveRange(0, Math.Max(0, holds.Count - MostHolds));
            if (known is null && accounts.Count == MostAccounts)
            {
                accounts.Clear();
            }

            accounts[account.Account] = new Known(changes.State, grants, holds);
        }
    }

    /// <summary>Notes that the database was as remembered.</summary>
    public void WasRight() => nextRest = Math.Max(1, nextRest / 2);

    /// <summary>
    /// Notes that it was not. Where other instances write the same accounts, a failed try costs more than it would have
    /// saved: after each, twice as many commands load at once.
    /// </summary>
    public void WasWrong(LedgerBatch batch)
    {
        accounts.Remove(batch.Accounts[0].Account);
        nextRest = Math.Min(mostRest, nextRest * 2);
        rest = nextRest;
    }

    private bool IsRested()
    {
        if (rest == 0)
        {
            return true;
        }

        rest--;
        return false;
    }

    private sealed record Known(AccountState State, List<Grant> Grants, List<Hold> Holds);
}
