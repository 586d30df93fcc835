using AiCredits.Guests;
using AiCredits.Ledger;
using AiCredits.Payments;
using AiCredits.Purchases;

namespace AiCredits.Analytics;

/// <summary>Reports straight from the whole history in memory, each time anew: plain and slow, and so what the roll-ups of other stores are compared with.</summary>
internal sealed class MemoryCreditAnalytics(MemoryCreditStore store, MemoryGuestLimiter guests, MemoryPurchaseStore purchases, TimeProvider clock) : ICreditAnalytics
{
    public ValueTask<AnalyticsReport> GetReportAsync(AnalyticsQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        query.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        var now = UtcMicroseconds.Now(clock);
        return new(Report(query, [.. store.Histories()], guests.AllGenerations(), guests.AllClaims(), purchases.All(), now) with { AsOf = now });
    }

    /// <summary>The report over whole histories.</summary>
    internal static AnalyticsReport Report(AnalyticsQuery query, AccountHistory[] accounts, Generation[] guestGenerations, IReadOnlyList<GuestClaim> claims, Purchase[] purchases, DateTime now)
    {
        var ofGuests = guestGenerations.Where(generation => generation.EndedAt is not null).ToArray();
        var (from, to) = query.Widened;
        var cohortInterval = query.Interval == AnalyticsInterval.Month ? AnalyticsInterval.Month : AnalyticsInterval.Week;
        return new AnalyticsReport
        {
            From = from,
            To = to,
            Interval = query.Interval,
            AsOf = null,
            Totals = Figures(accounts, ofGuests, claims, purchases, from, to, query.Interval != AnalyticsInterval.Hour),
            Buckets = [.. query.Starts().Select(start => new AnalyticsBucket(start, Figures(accounts, ofGuests, claims, purchases, start, query.Interval.Next(start), query.Interval != AnalyticsInterval.Hour)))],
            Models = Models(accounts, ofGuests, from, to),
            TopAccounts = TopAccounts(accounts, AnalyticsInterval.Day.StartOf(from), EndOfDay(to), query.TopAccounts),
            Cohorts = Cohorts(accounts, cohortInterval, cohortInterval.StartOf(from), to),
            Funnel = Funnel(accounts, ofGuests, claims, from, to),
            Outstanding = Outstanding(accounts, purchases, now),
        };
    }

    private static AnalyticsFigures Figures(AccountHistory[] accounts, Generation[] ofGuests, IReadOnlyList<GuestClaim> claims, Purchase[] purchases, DateTime from, DateTime to, bool countAccounts)
    {
        var own = accounts.SelectMany(account => account.Generations).Where(generation => generation.EndedAt >= from && generation.EndedAt < to).ToArray();
        var guest = ofGuests.Where(generation => generation.EndedAt >= from && generation.EndedAt < to).ToArray();
        var delivered = own.Concat(guest).Where(generation => generation.Outcome == GenerationOutcome.Succeeded).ToArray();
        return new AnalyticsFigures
        {
            Generations = own.Length + guest.Length,
            Succeeded = delivered.Length,
            GuestGenerations = guest.Length,
            ActiveAccounts = countAccounts ? own.Select(generation => generation.Account).Distinct().Count() : null,
            Duration = Durations(delivered),
            Spent = Sum(EntryKind.Capture),
            SpentPaid = SumOf(EntryKind.Capture, GrantKind.Purchase),
            SpentWelcome = SumOf(EntryKind.Capture, GrantKind.Welcome),
            Refunded = Sum(EntryKind.Refund),
            Granted = Sum(EntryKind.Grant),
            GrantedWelcome = Sum(EntryKind.Grant, entry => entry.GrantKind == GrantKind.Welcome),
            GrantedPaid = Sum(EntryKind.Grant, entry => entry.GrantKind == GrantKind.Purchase),
            Purchases = accounts.Sum(account => account.Entries.LongCount(entry => entry is { Kind: EntryKind.Grant, GrantKind: GrantKind.Purchase } && entry.At >= from && entry.At < to)),
            Revenue = RevenueOf(purchases.Where(purchase => purchase.PaidAt >= from && purchase.PaidAt < to)),
            Expired = Sum(EntryKind.Expire),
            Revoked = Sum(EntryKind.Revoke) + Sum(EntryKind.Repay),
            NewAccounts = accounts.LongCount(account => account.FirstAt >= from && account.FirstAt < to),
            FirstPurchases = accounts.LongCount(account => account.FirstPurchaseAt >= from && account.FirstPurchaseAt < to),
            NewGuests = FirstVisits(ofGuests).LongCount(visit => visit.Value >= from && visit.Value < to),
            ClaimedGuests = claims.LongCount(claim => claim.At >= from && claim.At < to),
        };

        Credits Sum(EntryKind kind, Func<Entry, bool>? which = null) => Total(accounts
            .SelectMany(account => account.Entries)
            .Where(entry => entry.Kind == kind && entry.At >= from && entry.At < to && (which is null || which(entry)))
            .Select(entry => entry.Amount));

        Credits SumOf(EntryKind kind, GrantKind grantKind) => Total(accounts.SelectMany(account => account.Entries
            .Where(entry => entry.Kind == kind && entry.At >= from && entry.At < to)
            .SelectMany(entry => entry.Slices)
            .Where(slice => account.KindOf(slice.GrantId) == grantKind)
            .Select(slice => slice.Amount)));
    }

    private static ModelAnalytics[] Models(AccountHistory[] accounts, Generation[] ofGuests, DateTime from, DateTime to)
    {
        var ended = accounts.SelectMany(account => account.Generations).Concat(ofGuests).Where(generation => generation.EndedAt >= from && generation.EndedAt < to).ToLookup(generation => generation.Start.Model);
        var moved = accounts.SelectMany(account => account.Entries).Where(entry => entry.Kind is EntryKind.Capture or EntryKind.Refund && entry.At >= from && entry.At < to).ToLookup(entry => entry.Model ?? "");
        return [.. ended.Select(group => group.Key).Union(moved.Select(group => group.Key))
            .Select(model => new ModelAnalytics
            {
                Model = model,
                Generations = ended[model].LongCount(),
                Succeeded = ended[model].LongCount(generation => generation.Outcome == GenerationOutcome.Succeeded),
                Duration = Durations(ended[model].Where(generation => generation.Outcome == GenerationOutcome.Succeeded)),
                Spent = Total(moved[model].Where(entry => entry.Kind == EntryKind.Capture).Select(entry => entry.Amount)),
                Refunded = Total(moved[model].Where(entry => entry.Kind == EntryKind.Refund).Select(entry => entry.Amount)),
                ProviderCosts = [.. ended[model]
                    .Where(generation => generation.ProviderCostMillionths is not null)
                    .GroupBy(generation => generation.ProviderCurrency ?? "")
                    .OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => new ProviderCost(group.Key, group.Sum(generation => generation.ProviderCostMillionths!.Value) / 1_000_000m, group.LongCount(), Total(group.Select(generation => generation.Charged))))],
            })
            .OrderByDescending(model => model.Generations).ThenBy(model => model.Model, StringComparer.Ordinal)];
    }

    private static AccountAnalytics[] TopAccounts(AccountHistory[] accounts, DateTime from, DateTime to, int count) => [.. accounts
        .Select(account => new AccountAnalytics(
            account.Account,
            Total(account.Entries.Where(entry => entry.Kind is EntryKind.Capture or EntryKind.Refund && entry.At >= from && entry.At < to).Select(entry => entry.Kind == EntryKind.Capture ? entry.Amount : -entry.Amount)),
            account.Generations.LongCount(generation => generation.EndedAt >= from && generation.EndedAt < to)))
        .Where(account => !account.Spent.IsZero || account.Generations > 0)
        .OrderByDescending(account => account.Spent.Millionths).ThenBy(account => account.Account.Value, StringComparer.Ordinal)
        .Take(count)];

    private static DateTime EndOfDay(DateTime to)
    {
        var day = AnalyticsInterval.Day.StartOf(to);
        return day < to ? AnalyticsInterval.Day.Next(day) : day;
    }

    private static Cohort[] Cohorts(AccountHistory[] accounts, AnalyticsInterval interval, DateTime from, DateTime to)
    {
        var cohorts = new List<Cohort>();
        for (var start = from; start < to; start = interval.Next(start))
        {
            var members = accounts.Where(account => account.FirstAt is { } first && interval.StartOf(first) == start).ToArray();
            var active = new List<long>();
            for (var later = start; later < to; later = interval.Next(later))
            {
                active.Add(members.LongCount(account => account.Generations.Any(generation => interval.StartOf(generation.EndedAt!.Value) == later)));
            }

            cohorts.Add(new Cohort(start, members.Length, active));
        }

        return [.. cohorts];
    }

    private static GuestFunnel Funnel(AccountHistory[] accounts, Generation[] ofGuests, IReadOnlyList<GuestClaim> claims, DateTime from, DateTime to)
    {
        var came = FirstVisits(ofGuests).Where(visit => visit.Value >= from && visit.Value < to).Select(visit => visit.Key).ToHashSet(StringComparer.Ordinal);
        var signedUp = claims.Where(claim => came.Contains(claim.GuestId)).ToArray();
        var buyers = accounts.Where(account => account.FirstPurchaseAt is not null).Select(account => account.Account).ToHashSet();
        return new GuestFunnel(came.Count, signedUp.Length, signedUp.LongCount(claim => buyers.Contains(claim.Account)));
    }

    private static Revenue[] RevenueOf(IEnumerable<Purchase> paid) => [.. paid
        .GroupBy(purchase => purchase.Total!.Value.Currency)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => new Revenue(group.Key, group.LongCount(), group.Sum(purchase => purchase.Total!.Value.Amount), group.Sum(purchase => purchase.Refunded), group.Sum(purchase => purchase.DisputesLost)))];

    private static OutstandingCredits Outstanding(AccountHistory[] accounts, Purchase[] purchases, DateTime now)
    {
        var sold = purchases.Where(purchase => purchase.Total is not null).ToDictionary(purchase => (purchase.Account, purchase.Id.ToString()));
        var grants = accounts.SelectMany(account => account.Grants).ToArray();
        return new OutstandingCredits(
            Total(grants.Where(grant => grant.IsPaid).Select(grant => grant.Available + grant.Held)),
            Total(grants.Where(grant => !grant.IsPaid).Select(grant => grant.Available + grant.Held)),
            Total(accounts.Select(account => account.Held)),
            Total(accounts.Select(account => account.Debt)))
        {
            Deferred = OutstandingCredits.Sum([.. Unspent(accounts, sold), .. purchases.Where(purchase => purchase.Total is not null && purchase.PaysUntil > now).Select(purchase => ToCome(purchase, now))]),
        };
    }

    private static IReadOnlyList<Money> Unspent(AccountHistory[] accounts, Dictionary<(AccountId, string), Purchase> sold) => OutstandingCredits.Worth(accounts
        .SelectMany(account => account.Grants.Where(grant => grant.IsPaid && grant.IsLive).Select(grant => (Grant: grant, Purchase: sold.GetValueOrDefault((account.Account, grant.Reference ?? "")))))
        .Where(left => left.Purchase is not null)
        .Select(left => (left.Purchase!.Total!.Value, left.Purchase.Credits - left.Purchase.BonusCredits, left.Grant.Available + left.Grant.Held)));

    // In whole hours and millionths, as databases reckon it.
    private static Money ToCome(Purchase purchase, DateTime now)
    {
        var (left, all) = ((long)(purchase.PaysUntil!.Value - now).TotalHours, (long)(purchase.PaysUntil.Value - purchase.CreatedAt).TotalHours);
        var kept = (long)((purchase.Total!.Value.Amount - purchase.Refunded - purchase.DisputesLost - purchase.Disputed) * 1_000_000);
        return new Money(all == 0 ? 0 : kept * left / all / 1_000_000m, purchase.Total.Value.Currency);
    }

    private static Dictionary<string, DateTime> FirstVisits(Generation[] ofGuests) =>
        ofGuests.GroupBy(generation => generation.GuestId!, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Min(generation => generation.StartedAt), StringComparer.Ordinal);

    private static DurationFigures Durations(IEnumerable<Generation> delivered)
    {
        var sketch = new DurationSketch();
        foreach (var generation in delivered)
        {
            sketch.Add(generation.EndedAt!.Value - generation.StartedAt);
        }

        return sketch.ToFigures();
    }

    private static Credits Total(IEnumerable<Credits> amounts) => amounts.Aggregate(Credits.Zero, (sum, amount) => sum + amount);
}
