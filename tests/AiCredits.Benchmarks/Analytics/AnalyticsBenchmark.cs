using System.Globalization;
using AiCredits.Analytics;
using AiCredits.EntityFramework.Analytics;
using AiCredits.EntityFramework.Hosting;
using AiCredits.TestServers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace AiCredits.Benchmarks.Analytics;

/// <summary>
/// Reports on a year of history on a private PostgreSQL. The history is written by the database itself, as the ledger would
/// have written it; the roll-ups of it are the library's own.
/// </summary>
internal static class AnalyticsBenchmark
{
    private const int GenerationsPerAccount = 50;
    private const int Repeats = 7;
    private static readonly DateTime Start = new(2025, 11, 1, 0, 0, 0, DateTimeKind.Utc);

    public static async Task RunAsync(long entries)
    {
        var accounts = Math.Max(1, entries / ((2 * GenerationsPerAccount) + 1));
        var server = new PostgreSqlServer { Fsync = true, Settings = [("shared_buffers", "512MB"), ("max_wal_size", "4GB")] };
        await server.InitializeAsync().ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            var connectionString = await server.CreateDatabaseAsync().ConfigureAwait(false);
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Services.AddAiCreditsCore(options => options.Analytics.RollUpEnabled = false).UsePostgreSql(connectionString);
            using var host = builder.Build();
            await host.StartAsync().ConfigureAwait(false);

            var clock = TimeProvider.System;
            var loading = clock.GetTimestamp();
            await LoadAsync(connectionString, accounts).ConfigureAwait(false);
            Print($"{accounts * ((2 * GenerationsPerAccount) + 1):N0} entries of {accounts:N0} accounts loaded", clock.GetElapsedTime(loading));

            var rolling = clock.GetTimestamp();
            var done = await new RollUp(host.Services.GetRequiredService<CreditsDatabase>()).RunAsync(null, CancellationToken.None).ConfigureAwait(false);
            var took = clock.GetElapsedTime(rolling);
            Print($"rolled up, {done / took.TotalSeconds:N0} entries a second", took);
            await ExecuteAsync(connectionString, "vacuum analyze").ConfigureAwait(false);

            var idle = clock.GetTimestamp();
            await new RollUp(host.Services.GetRequiredService<CreditsDatabase>()).RunAsync(null, CancellationToken.None).ConfigureAwait(false);
            Print("roll-up with nothing to do, all accounts looked at", clock.GetElapsedTime(idle));

            Console.WriteLine();
            Console.WriteLine("| report | median ms | slowest ms |");
            Console.WriteLine("| --- | --- | --- |");
            var end = Start.AddDays(365);
            foreach (var (name, from, interval) in new[] { ("41 days by hours", end.AddHours(-990), AnalyticsInterval.Hour), ("30 days by days", end.AddDays(-30), AnalyticsInterval.Day), ("a year by days", Start, AnalyticsInterval.Day), ("a year by weeks", Start, AnalyticsInterval.Week), ("a year by months", Start, AnalyticsInterval.Month) })
            {
                await MeasureAsync(host.Services.GetRequiredService<ICreditAnalytics>(), name, new AnalyticsQuery(from, end, interval)).ConfigureAwait(false);
            }
        }
    }

    private static async Task MeasureAsync(ICreditAnalytics analytics, string name, AnalyticsQuery query)
    {
        await analytics.GetReportAsync(query).ConfigureAwait(false);
        var times = new List<double>();
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            var before = TimeProvider.System.GetTimestamp();
            await analytics.GetReportAsync(query).ConfigureAwait(false);
            times.Add(TimeProvider.System.GetElapsedTime(before).TotalMilliseconds);
        }

        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {times[Repeats / 2]:0} | {times[^1]:0} |"));
    }

    private static async Task LoadAsync(string connectionString, long accounts)
    {
        var start = new DateTimeOffset(Start).ToUnixTimeMilliseconds() * 1_000;
        const long Step = 365L * 86_400_000_000 / GenerationsPerAccount;
        var started = $"{start} + n * {Step} + (a * 7919 % 600000) * 1000000";
        var took = "(300 + (a * 31 + n * 17) % 9000) * 1000";
        var model = "(array['flux-dev','nano-banana','lora-normal','lora-context','gemini-flash','nano-banana-pro'])[(1 + (a + n) % 6)::integer]";
        var failed = "(a + n) % 23 = 0";
        var id = "md5(a || '-' || n)::uuid";
        var both = $"from generate_series(1::bigint, {accounts}) a cross join generate_series(0::bigint, {GenerationsPerAccount - 1}) n";
        await ExecuteAsync(connectionString, $"""
            insert into ai_credits_account (account_id, issued, available, held, spent, expired, revoked, debt, seq, last_at, next_due, frozen, welcomed, low, chain_head)
            select 'account-' || a, 1000000000, 950000000, 0, 50000000, 0, 0, 0, {(2 * GenerationsPerAccount) + 1}, {start} + {GenerationsPerAccount}::bigint * {Step}, null, false, true, false, decode(repeat('00', 32), 'hex')
            from generate_series(1::bigint, {accounts}) a;
            insert into ai_credits_grant (account_id, grant_id, kind, amount, available, held, spent, expired, revoked, taken_back, priority, granted_at, effective_at, expires_at, models, reference, pending, live)
            select 'account-' || a, 1, case when a % 4 = 0 then 2 else 1 end, 1000000000, 950000000, 0, 50000000, 0, 0, 0, 0, {start}, null, null, null, null, false, true
            from generate_series(1::bigint, {accounts}) a;
            insert into ai_credits_generation (account_id, generation_id, status, outcome, model, count, price, price_version, prompt, prompt_expires_at, charged, released, started_at, ended_at, error, provider_request_id, provider_cost, provider_currency, first_seq, last_seq, request_hash, available_after, held_after)
            select 'account-' || a, {id}, case when {failed} then 3 else 2 end, case when {failed} then 2 else 1 end, {model}, 1, 1000000, 'v1', null, null, case when {failed} then 0 else 1000000 end, case when {failed} then 1000000 else 0 end,
              {started}, {started} + {took}, null, null, 20000, 'USD', 2 * n + 2, 2 * n + 3, 0, 950000000, 0
            {both};
            insert into ai_credits_entry (account_id, seq, at, kind, amount, remainder, available_after, held_after, debt_after, key, request_hash, hold_id, grant_id, grant_kind, slices, ends_at, model, description, actor, reference, hash)
            select 'account-' || a, 1, {start} + (a * 7919 % 600000) * 1000000, 1, 1000000000, 0, 1000000000, 0, 0, 'grant', 0, null, 1, case when a % 4 = 0 then 2 else 1 end, null, null, null, null, null, null, decode(repeat('00', 32), 'hex')
            from generate_series(1::bigint, {accounts}) a;
            insert into ai_credits_entry (account_id, seq, at, kind, amount, remainder, available_after, held_after, debt_after, key, request_hash, hold_id, grant_id, grant_kind, slices, ends_at, model, description, actor, reference, hash)
            select 'account-' || a, 2 * n + 2 + s, {started} + s * {took}, case when s = 0 then 2 when {failed} then 4 else 3 end, 1000000, 0, 950000000, 0, 0, null, 0, {id}, null, null, '[[1,1000000]]', null, {model}, null, null, null, decode(repeat('00', 32), 'hex')
            {both} cross join generate_series(0, 1) s;
            """).ConfigureAwait(false);
        await ExecuteAsync(connectionString, "vacuum analyze").ConfigureAwait(false);
    }

    // Constants of this file only.
    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        var connection = new NpgsqlConnection(connectionString);
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync().ConfigureAwait(false);
            var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            await using (command.ConfigureAwait(false))
            {
                await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            }
        }
    }

    private static void Print(string what, TimeSpan time) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {time.TotalSeconds:0.0} s"));
}
