using AiCredits.Events;

namespace AiCredits.Ledger;

/// <summary>What is to be told once the changes are committed.</summary>
public sealed partial class AccountBook
{
    private List<CreditEvent>? newEvents;
    private bool low;

    private void Tell(CreditEvent creditEvent) => (newEvents ??= []).Add(creditEvent);

    private void TellGranted(Entry entry) =>
        Tell(new CreditEvent.CreditsGranted(Account, entry.Sequence, entry.At, entry.GrantId!.Value, entry.GrantKind!.Value, entry.Amount, entry.EndsAt));

    private void TellExpired(Entry entry) =>
        Tell(new CreditEvent.CreditsExpired(Account, entry.Sequence, entry.At, entry.GrantId!.Value, entry.Amount));

    // What is owned, not what is available: setting aside and giving back must not look like spending and earning.
    private void TellBalance(Credits ownedBefore)
    {
        var owned = available + held;
        if (owned == ownedBefore)
        {
            return;
        }

        if (owned.IsZero)
        {
            Tell(new CreditEvent.BalanceDepleted(Account, sequence, lastAt));
        }

        var nowLow = owned < rules.LowBalance;
        if (nowLow == low)
        {
            return;
        }

        low = nowLow;
        Tell(nowLow
            ? new CreditEvent.BalanceLow(Account, sequence, lastAt, owned, rules.LowBalance)
            : new CreditEvent.BalanceRecovered(Account, sequence, lastAt, owned));
    }
}
