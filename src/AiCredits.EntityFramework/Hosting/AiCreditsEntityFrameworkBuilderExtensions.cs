using System.Diagnostics.Metrics;
using AiCredits;
using AiCredits.Administration;
using AiCredits.Analytics;
using AiCredits.EntityFramework.Administration;
using AiCredits.EntityFramework.Analytics;
using AiCredits.EntityFramework.Events;
using AiCredits.EntityFramework.Guests;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Idempotency;
using AiCredits.EntityFramework.Ledger;
using AiCredits.EntityFramework.Packs;
using AiCredits.EntityFramework.Plans;
using AiCredits.EntityFramework.Promotions;
using AiCredits.EntityFramework.Purchases;
using AiCredits.EntityFramework.Referrals;
using AiCredits.EntityFramework.Store;
using AiCredits.EntityFramework.TopUps;
using AiCredits.EntityFramework.Webhooks;
using AiCredits.Events;
using AiCredits.Guests;
using AiCredits.Idempotency;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.Packs;
using AiCredits.Plans;
using AiCredits.Promotions;
using AiCredits.Purchases;
using AiCredits.Referrals;
using AiCredits.Teams;
using AiCredits.TopUps;
using AiCredits.Transfers;
using AiCredits.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps AiCredits in a database. There is one store: the last call wins.</summary>
public static class AiCreditsEntityFrameworkBuilderExtensions
{
    /// <summary>
    /// Keeps everything in a SQLite file: for one instance of the app. The tables are created and upgraded when the app
    /// starts, beside whatever else is in the file. Settings come from the configuration section <c>AiCredits:Sqlite</c>,
    /// then from <paramref name="configure"/>.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">Such as <c>Data Source=app.db</c>.</param>
    /// <param name="configure">Changes settings in code.</param>
    /// <exception cref="ArgumentException">The connection string is empty.</exception>
    public static AiCreditsBuilder UseSqlite(this AiCreditsBuilder builder, string connectionString, Action<SqliteOptions>? configure = null)
    {
        EnsureConnectionString(builder, connectionString, nameof(UseSqlite), "Data Source=app.db");
        AddOptions(builder.Services, SqliteOptions.SectionName, configure, options => options.MigrationTimeout);
        return Use(builder, services => ActivatorUtilities.CreateInstance<SqliteDatabase>(services, connectionString));
    }

    /// <summary>
    /// Keeps everything in a PostgreSQL database (14 or later): for any number of instances. The tables are created and
    /// upgraded when the app starts, beside whatever else is in the database. Settings come from the configuration section
    /// <c>AiCredits:PostgreSql</c>, then from <paramref name="configure"/>.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">Such as <c>Host=localhost;Database=app;Username=app;Password=…</c>.</param>
    /// <param name="configure">Changes settings in code.</param>
    /// <exception cref="ArgumentException">The connection string is empty.</exception>
    public static AiCreditsBuilder UsePostgreSql(this AiCreditsBuilder builder, string connectionString, Action<PostgreSqlOptions>? configure = null)
    {
        EnsureConnectionString(builder, connectionString, nameof(UsePostgreSql), "Host=localhost;Database=app;Username=app;Password=...");
        AddOptions(builder.Services, PostgreSqlOptions.SectionName, configure, options => options.MigrationTimeout);
        return Use(builder, services => ActivatorUtilities.CreateInstance<PostgreSqlDatabase>(services, connectionString));
    }

    /// <summary>
    /// Keeps everything in the database of the app's own context, in tables made by the app's own migrations: call
    /// <c>modelBuilder.AddAiCredits()</c> in its <c>OnModelCreating</c>, and register it with <c>AddDbContext</c>. PostgreSQL
    /// and SQLite are as fast as with their own calls; the triggers that guard the history are made when the app starts.
    /// </summary>
    /// <remarks>
    /// Other relational providers work through LINQ alone, with fewer commands a second, by the app's clock, and without
    /// the triggers. Give their text columns a case-sensitive collation: ids that differ in case are different ids.
    /// </remarks>
    /// <typeparam name="TContext">The app's context. AiCredits uses instances of its own, in scopes of its own, never the request's.</typeparam>
    public static AiCreditsBuilder UseEntityFramework<TContext>(this AiCreditsBuilder builder)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        AddOptions<SqliteOptions>(builder.Services, SqliteOptions.SectionName, null, options => options.MigrationTimeout);
        AddOptions<PostgreSqlOptions>(builder.Services, PostgreSqlOptions.SectionName, null, options => options.MigrationTimeout);
        return Use(builder, services => ActivatorUtilities.CreateInstance<AppDatabase<TContext>>(services));
    }

    private static AiCreditsBuilder Use(AiCreditsBuilder builder, Func<IServiceProvider, CreditsDatabase> database)
    {
        var services = builder.Services;
        services.Replace(ServiceDescriptor.Singleton(database));
        services.TryAddSingleton(CreateWriter);
        services.Replace(ServiceDescriptor.Singleton<ICreditStore, EfCreditStore>());
        services.Replace(ServiceDescriptor.Singleton<ILedgerArchive, EfLedgerArchive>());
        services.Replace(ServiceDescriptor.Singleton<ICreditDirectory, EfCreditDirectory>());
        services.Replace(ServiceDescriptor.Singleton<ICreditAnalytics, EfCreditAnalytics>());
        services.Replace(ServiceDescriptor.Singleton<ITeamStore, EfTeamStore>());
        services.Replace(ServiceDescriptor.Singleton<IWebhookOutbox, EfWebhookOutbox>());
        services.Replace(ServiceDescriptor.Singleton<ITransferStore, EfTransferStore>());
        services.Replace(ServiceDescriptor.Singleton<IEventOutbox, EfEventOutbox>());
        services.Replace(ServiceDescriptor.Singleton<IResponseStore, EfResponseStore>());
        services.Replace(ServiceDescriptor.Singleton<IGuestLimiter, EfGuestLimiter>());
        services.Replace(ServiceDescriptor.Singleton<IPromoCodeStore, EfPromoCodeStore>());
        services.Replace(ServiceDescriptor.Singleton<IReferralStore, EfReferralStore>());
        services.Replace(ServiceDescriptor.Singleton<ISubscriptionStore, EfSubscriptionStore>());
        services.Replace(ServiceDescriptor.Singleton<ITopUpStore, EfTopUpStore>());
        services.Replace(ServiceDescriptor.Singleton<IPurchaseStore, EfPurchaseStore>());
        services.Replace(ServiceDescriptor.Singleton<IPurchaseDirectory, EfPurchaseDirectory>());
        services.Replace(ServiceDescriptor.Singleton<IPackStore, EfPackStore>());

        // First of all hosted services, so that whatever else starts finds the tables.
        if (!services.Any(service => service.ImplementationType == typeof(SchemaStarter)))
        {
            services.AddSingleton<RollUp>();
            services.AddHostedService<RollUpService>();
            services.Insert(0, ServiceDescriptor.Singleton<IHostedService, SchemaStarter>());
        }

        return builder;
    }

    private static LedgerWriter CreateWriter(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptionsMonitor<AiCreditsOptions>>();
        var writer = new LedgerWriter(
            services.GetRequiredService<CreditsDatabase>().CreateExecutor(() => new LedgerRules(options.CurrentValue.LowBalance)),
            new LedgerWriterOptions(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<LedgerWriter>>());
        services.GetRequiredService<IMeterFactory>().Create("AiCredits").CreateObservableGauge("aicredits.ledger.queue", () => writer.Waiting, "{command}", "Commands that wait for the ledger's writer in this process.");
        return writer;
    }

    private static void AddOptions<TOptions>(IServiceCollection services, string section, Action<TOptions>? configure, Func<TOptions, TimeSpan> migrationTimeout)
        where TOptions : class
    {
        services.AddOptions<TOptions>()
            .Validate(options => migrationTimeout(options) > TimeSpan.Zero && migrationTimeout(options) <= TimeSpan.FromDays(1), $"AIC1211: {section}:MigrationTimeout is out of range. Use more than zero and at most a day, such as 00:01:00.")
            .ValidateOnStart();
        services.AddSingleton<IConfigureOptions<TOptions>>(provider =>
            new ConfigureOptions<TOptions>(options => provider.GetService<IConfiguration>()?.GetSection(section).Bind(options)));
        if (configure is not null)
        {
            services.Configure(configure);
        }
    }

    private static void EnsureConnectionString(AiCreditsBuilder builder, string connectionString, string call, string example)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            throw new ArgumentException($"AIC1201: {call} was called without a connection string. Pass one such as '{example}'; where it comes from configuration, the key is missing there.", nameof(connectionString));
        }
    }
}
