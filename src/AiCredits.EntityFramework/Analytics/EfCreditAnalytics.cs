using System.Globalization;
using AiCredits.Analytics;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Analytics;

/// <summary>Reports from the roll-ups: what a report reads grows with its period, never with the history.</summary>
internal sealed class EfCreditAnalytics(CreditsDatabase database, DatabaseKind? readAs = null) : ICreditAnalytics
{
    // Measures are named one by one, so that the key leads to their rows: "all but these" is a search through everything.
    private static readonly AnalyticsMeasure[] ModelMeasures = [.. Enum.GetValues<AnalyticsMeasure>().Except([AnalyticsMeasure.ActiveAccount, AnalyticsMeasure.Retained])];
    private static readonly AnalyticsMeasure[] StepMeasures = [.. Enum.GetValues<AnalyticsMeasure>().Except([AnalyticsMeasure.Duration, AnalyticsMeasure.Retained])];

    // Not in the constructor: only the start says what is wrong with a database.
    private DatabaseKind Kind => readAs ?? database.Kind;

    public async ValueTask<AnalyticsReport> GetReportAsync(AnalyticsQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        query.Validate();
        return await database.ReadAsync(
            // Of one moment, so that the totals are the sum of the steps.
            (context, token) => database.SnapshotAsync(context, inner => ReadAsync(context, query, inner), token),
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<AnalyticsReport> ReadAsync(DbContext context, AnalyticsQuery query, CancellationToken cancellationToken)
    {
        if (database.Kind == DatabaseKind.PostgreSql)
        {
            // A sum for each account should not spill to disk; shared among workers it takes twice as long, since each of them
            // meets nearly every account. Both end with the transaction.
            await context.Database.ExecuteSqlRawAsync("set local work_mem = '64MB'; set local max_parallel_workers_per_gather = 0", cancellationToken).ConfigureAwait(false);
        }

        var (from, to) = query.Widened;
        var byModel = await ModelsAsync(context, from, to, cancellationToken).ConfigureAwait(false);
        var byStart = (await StepsAsync(context, query.Interval, from, to, cancellationToken).ConfigureAwait(false)).ToLookup(row => row.Start);
        var durations = await StepDurationsAsync(context, query.Interval, from, to, cancellationToken).ConfigureAwait(false);
        var claims = await ClaimsAsync(context, query, from, to, cancellationToken).ConfigureAwait(false);
        var revenue = await MoneyReport.RevenueAsync(context, query.Interval, from, to, cancellationToken).ConfigureAwait(false);
        var byHour = query.Interval == AnalyticsInterval.Hour;
        var activity = byHour && query.TopAccounts == 0
            ? (Active: 0, Top: [])
            : await ActivityReport.ReadAsync(context, Kind, AnalyticsInterval.Day.StartOf(from), DayEnd(to), query.TopAccounts, cancellationToken).ConfigureAwait(false);
        var asOf = long.Parse(await context.Set<SettingRow>().Where(row => row.Name == RollUp.SettingName).Select(row => row.Value).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) ?? "0", CultureInfo.InvariantCulture);
        return new AnalyticsReport
        {
            From = from,
            To = to,
            Interval = query.Interval,
            AsOf = asOf == 0 ? null : Stored.Time(asOf),
            Totals = Figures(byModel, Durations(byModel), claims.Values.Sum()) with
            {
                Revenue = MoneyReport.Sum(revenue.SelectMany(rows => rows)),
                ActiveAccounts = byHour ? null : activity.Active,
            },
            Buckets = [.. query.Starts().Select(start => new AnalyticsBucket(start, Bucket(start)))],
            Models = Models(byModel),
            TopAccounts = activity.Top,
            Cohorts = await CohortsAsync(context, query.Interval == AnalyticsInterval.Month ? AnalyticsInterval.Month : AnalyticsInterval.Week, from, to, cancellationToken).ConfigureAwait(false),
            Funnel = await FunnelAsync(context, from, to, cancellationToken).ConfigureAwait(false),
            Outstanding = await OutstandingAsync(context, cancellationToken).ConfigureAwait(false) with
            {
                Deferred = await MoneyReport.DeferredAsync(context, await database.NowAsync(context, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false),
            },
        };

        AnalyticsFigures Bucket(DateTime start)
        {
            var rows = byStart[Stored.Micros(start)];
            return Figures(rows, durations.GetValueOrDefault(Stored.Micros(start), DurationFigures.None), claims.GetValueOrDefault(start)) with
            {
                Revenue = MoneyReport.Sum(revenue[start]),
                ActiveAccounts = byHour ? null : rows.Where(row => row.Measure == AnalyticsMeasure.ActiveAccount).Sum(row => row.Count),
            };
        }
    }

    /// <summary>The figures of the whole period, by model, from as few intervals as make it up.</summary>
    private static async Task<List<AnalyticsRow>> ModelsAsync(DbContext context, DateTime from, DateTime to, CancellationToken cancellationToken) =>
        await Stretch.Of(from, to)
            .Select(stretch => context.Set<AnalyticsRow>().AsNoTracking().Where(row => row.Grain == stretch.Grain && ModelMeasures.Contains(row.Measure) && row.Start >= stretch.First && row.Start < stretch.End))
            .Aggregate((left, right) => left.Concat(right))
            .GroupBy(row => new { row.Measure, row.Model, row.Detail })
            .Select(rows => new AnalyticsRow { Measure = rows.Key.Measure, Model = rows.Key.Model, Detail = rows.Key.Detail, Count = rows.Sum(row => row.Count), Amount = rows.Sum(row => row.Amount) })
            .ToListAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>The figures of each step, of all models together.</summary>
    private static async Task<List<AnalyticsRow>> StepsAsync(DbContext context, AnalyticsInterval grain, DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        var (first, end) = (Stored.Micros(from), Stored.Micros(to));
        return await context.Set<AnalyticsRow>().AsNoTracking()
            .Where(row => row.Grain == grain && StepMeasures.Contains(row.Measure) && row.Start >= first && row.Start < end)
            .GroupBy(row => new { row.Start, row.Measure, row.Detail })
            .Select(rows => new AnalyticsRow { Start = rows.Key.Start, Measure = rows.Key.Measure, Model = "", Detail = rows.Key.Detail, Count = rows.Sum(row => row.Count), Amount = rows.Sum(row => row.Amount) })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<Dictionary<long, DurationFigures>> StepDurationsAsync(DbContext context, AnalyticsInterval grain, DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        var (first, end) = (Stored.Micros(from), Stored.Micros(to));
        var rows = context.Set<AnalyticsRow>().AsNoTracking().Where(row => row.Grain == grain && row.Measure == AnalyticsMeasure.Duration && row.Start >= first && row.Start < end);
        if (Kind == DatabaseKind.Other)
        {
            return (await rows.ToListAsync(cancellationToken).ConfigureAwait(false)).GroupBy(row => row.Start).ToDictionary(step => step.Key, Durations);
        }

        // A thousand steps have a hundred bins each: as one text for each step they come several times faster than as rows.
        var steps = await rows
            .GroupBy(row => row.Start)
            .Select(step => new { Start = step.Key, Micros = step.Sum(row => row.Amount), Bins = string.Join(",", step.Select(row => row.Detail + ":" + row.Count)) })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return steps.ToDictionary(step => step.Start, step => Durations(step.Bins, step.Micros));
    }

    /// <summary>How many guests signed up in each step. Sign-ups are few beside generations: they are counted where they stand.</summary>
    private static async Task<Dictionary<DateTime, long>> ClaimsAsync(DbContext context, AnalyticsQuery query, DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        const long MicrosPerHour = 3_600_000_000;
        var (first, end) = (Stored.Micros(from), Stored.Micros(to));
        var hours = await context.Set<GuestClaimRow>().AsNoTracking()
            .Where(row => row.ClaimedAt >= first && row.ClaimedAt < end)
            .GroupBy(row => row.ClaimedAt / MicrosPerHour)
            .Select(rows => new { Hour = rows.Key, Count = rows.LongCount() })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return hours.GroupBy(row => query.Interval.StartOf(Stored.Time(row.Hour * MicrosPerHour))).ToDictionary(rows => rows.Key, rows => rows.Sum(row => row.Count));
    }

    private static AnalyticsFigures Figures(IEnumerable<AnalyticsRow> all, DurationFigures durations, long claims)
    {
        var rows = all.ToLookup(row => row.Measure);
        var generations = rows[AnalyticsMeasure.Generation].Concat(rows[AnalyticsMeasure.GuestGeneration]).ToList();
        return new AnalyticsFigures
        {
            Generations = generations.Sum(row => row.Count),
            Succeeded = generations.Where(IsSuccess).Sum(row => row.Count),
            GuestGenerations = rows[AnalyticsMeasure.GuestGeneration].Sum(row => row.Count),
            Duration = durations,
            Spent = Sum(rows[AnalyticsMeasure.Spent]),
            SpentPaid = Sum(rows[AnalyticsMeasure.Spent], GrantKind.Purchase),
            SpentWelcome = Sum(rows[AnalyticsMeasure.Spent], GrantKind.Welcome),
            Refunded = Sum(rows[AnalyticsMeasure.Refunded]),
            Granted = Sum(rows[AnalyticsMeasure.Granted]),
            GrantedWelcome = Sum(rows[AnalyticsMeasure.Granted], GrantKind.Welcome),
            GrantedPaid = Sum(rows[AnalyticsMeasure.Granted], GrantKind.Purchase),
            Purchases = rows[AnalyticsMeasure.Granted].Where(row => IsOf(row, GrantKind.Purchase)).Sum(row => row.Count),
            Expired = Sum(rows[AnalyticsMeasure.Expired]),
            Revoked = Sum(rows[AnalyticsMeasure.Revoked]),
            NewAccounts = rows[AnalyticsMeasure.NewAccount].Sum(row => row.Count),
            FirstPurchases = rows[AnalyticsMeasure.FirstPurchase].Sum(row => row.Count),
            NewGuests = rows[AnalyticsMeasure.NewGuest].Sum(row => row.Count),
            ClaimedGuests = claims,
        };
    }

    private static ModelAnalytics[] Models(List<AnalyticsRow> byModel) => [.. byModel
        .GroupBy(row => row.Model, StringComparer.Ordinal)
        .Select(group =>
        {
            var rows = group.ToLookup(row => row.Measure);
            var generations = rows[AnalyticsMeasure.Generation].Concat(rows[AnalyticsMeasure.GuestGeneration]).ToList();
            return new ModelAnalytics
            {
                Model = group.Key,
                Generations = generations.Sum(row => row.Count),
                Succeeded = generations.Where(IsSuccess).Sum(row => row.Count),
                Duration = Durations(group),
                Spent = Sum(rows[AnalyticsMeasure.Spent]),
                Refunded = Sum(rows[AnalyticsMeasure.Refunded]),
                ProviderCosts = [.. rows[AnalyticsMeasure.ProviderCost].GroupBy(row => row.Detail, StringComparer.Ordinal)
                    .Select(costs => new ProviderCost(
                        costs.Key,
                        costs.Sum(row => row.Amount) / 1_000_000m,
                        costs.Sum(row => row.Count),
                        Credits.FromMillionths(rows[AnalyticsMeasure.ProviderCostCharged].Where(row => row.Detail == costs.Key).Sum(row => row.Amount))))
                    .Where(cost => cost.Generations > 0)
                    .OrderBy(cost => cost.Currency, StringComparer.Ordinal)],
            };
        })
        .Where(model => model.Generations > 0 || !model.Spent.IsZero || !model.Refunded.IsZero)
        .OrderByDescending(model => model.Generations).ThenBy(model => model.Model, StringComparer.Ordinal)];

    private static async Task<IReadOnlyList<Cohort>> CohortsAsync(DbContext context, AnalyticsInterval interval, DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        var (first, end) = (Stored.Micros(interval.StartOf(from)), Stored.Micros(to));
        var rows = await context.Set<AnalyticsRow>().AsNoTracking()
            .Where(row => row.Grain == interval && row.Start >= first && row.Start < end && (row.Measure == AnalyticsMeasure.NewAccount || row.Measure == AnalyticsMeasure.Retained))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var opened = rows.Where(row => row.Measure == AnalyticsMeasure.NewAccount).ToDictionary(row => row.Start, row => row.Count);
        var active = rows.Where(row => row.Measure == AnalyticsMeasure.Retained).ToDictionary(row => (long.Parse(row.Detail, CultureInfo.InvariantCulture), row.Start), row => row.Count);
        var cohorts = new List<Cohort>();
        for (var start = interval.StartOf(from); start < to; start = interval.Next(start))
        {
            var later = new List<long>();
            for (var week = start; week < to; week = interval.Next(week))
            {
                later.Add(active.GetValueOrDefault((Stored.Micros(start), Stored.Micros(week))));
            }

            cohorts.Add(new Cohort(start, opened.GetValueOrDefault(Stored.Micros(start)), later));
        }

        return cohorts;
    }

    private static async Task<GuestFunnel> FunnelAsync(DbContext context, DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        var (first, end) = (Stored.Micros(from), Stored.Micros(to));
        var guests = context.Set<AnalyticsGuestRow>().AsNoTracking().Where(row => row.FirstAt >= first && row.FirstAt < end);
        var claimed = guests.Join(context.Set<GuestClaimRow>(), guest => guest.GuestId, claim => claim.GuestId, (guest, claim) => claim.AccountId);
        return new GuestFunnel(
            await guests.LongCountAsync(cancellationToken).ConfigureAwait(false),
            await claimed.LongCountAsync(cancellationToken).ConfigureAwait(false),
            await claimed.Join(context.Set<AnalyticsAccountRow>().Where(row => row.FirstPurchaseAt != null), id => id, account => account.AccountId, (id, account) => id).LongCountAsync(cancellationToken).ConfigureAwait(false));
    }

    private static async Task<OutstandingCredits> OutstandingAsync(DbContext context, CancellationToken cancellationToken)
    {
        var kinds = await context.Set<GrantRow>().AsNoTracking().Where(row => row.Live)
            .GroupBy(row => row.Kind)
            .Select(rows => new { Kind = rows.Key, Left = rows.Sum(row => row.Available + row.Held), Held = rows.Sum(row => row.Held) })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var debt = await context.Set<AccountRow>().AsNoTracking().Where(row => row.Debt > 0).SumAsync(row => row.Debt, cancellationToken).ConfigureAwait(false);
        return new OutstandingCredits(
            Credits.FromMillionths(kinds.Where(row => row.Kind == GrantKind.Purchase).Sum(row => row.Left)),
            Credits.FromMillionths(kinds.Where(row => row.Kind != GrantKind.Purchase).Sum(row => row.Left)),
            Credits.FromMillionths(kinds.Sum(row => row.Held)),
            Credits.FromMillionths(debt));
    }

    private static DurationFigures Durations(IEnumerable<AnalyticsRow> rows)
    {
        var sketch = new DurationSketch();
        foreach (var row in rows.Where(row => row.Measure == AnalyticsMeasure.Duration))
        {
            sketch.Add(int.Parse(row.Detail, CultureInfo.InvariantCulture), row.Count, row.Amount);
        }

        return sketch.ToFigures();
    }

    private static DurationFigures Durations(string bins, long micros)
    {
        var sketch = new DurationSketch();
        // Their sum belongs to no bin.
        sketch.Add(0, 0, micros);
        foreach (var range in bins.AsSpan().Split(','))
        {
            var bin = bins.AsSpan(range);
            var colon = bin.IndexOf(':');
            sketch.Add(int.Parse(bin[..colon], CultureInfo.InvariantCulture), long.Parse(bin[(colon + 1)..], CultureInfo.InvariantCulture), 0);
        }

        return sketch.ToFigures();
    }

    private static DateTime DayEnd(DateTime to)
    {
        var day = AnalyticsInterval.Day.StartOf(to);
        return day < to ? AnalyticsInterval.Day.Next(day) : day;
    }

    private static bool IsSuccess(AnalyticsRow row) => row.Detail == SucceededDetail;

    private static readonly string SucceededDetail = ((int)GenerationOutcome.Succeeded).ToString(CultureInfo.InvariantCulture);

    private static bool IsOf(AnalyticsRow row, GrantKind kind) => row.Detail == ((int)kind).ToString(CultureInfo.InvariantCulture);

    private static Credits Sum(IEnumerable<AnalyticsRow> rows) => Credits.FromMillionths(rows.Sum(row => row.Amount));

    private static Credits Sum(IEnumerable<AnalyticsRow> rows, GrantKind kind) => Sum(rows.Where(row => IsOf(row, kind)));
}
