using AiCredits;
using AiCredits.AspNetCore;
using AiCredits.AspNetCore.Administration;
using AiCredits.AspNetCore.Components;
using AiCredits.AspNetCore.Enforcement;
using AiCredits.AspNetCore.Idempotency;
using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Live;
using AiCredits.AspNetCore.OpenApi;
using AiCredits.AspNetCore.Problems;
using AiCredits.AspNetCore.Purchases;
using AiCredits.AspNetCore.RateLimiting;
using AiCredits.AspNetCore.Simulation;
using AiCredits.Payments;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds AiCredits to a web app.</summary>
public static class AiCreditsServiceCollectionExtensions
{
    /// <summary>
    /// Adds the ledger, the guest limit, prices, packs and everything that a web app needs to charge credits. Works alone:
    /// in memory, with default prices. Settings come from the configuration section <c>AiCredits</c>, then from
    /// code. Call <c>app.UseAiCredits()</c> and <c>app.MapAiCredits()</c> as well. Calling it again adds settings only.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Settings of credits, prices, packs and guests.</param>
    /// <param name="configureHttp">Settings of the HTTP layer.</param>
    public static AiCreditsBuilder AddAiCredits(this IServiceCollection services, Action<AiCreditsOptions>? configure = null, Action<AiCreditsHttpOptions>? configureHttp = null)
    {
        var builder = services.AddAiCreditsCore(configure);
        if (configureHttp is not null)
        {
            services.Configure(configureHttp);
        }

        if (services.Any(service => service.ServiceType == typeof(EnforcementState)))
        {
            return builder;
        }

        services.AddOptions<AiCreditsHttpOptions>().ValidateOnStart();
        // First of all configurations, so that what the app says in code comes after what its settings say.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<AiCreditsHttpOptions>>(provider =>
            new ConfigureOptions<AiCreditsHttpOptions>(options => provider.GetService<IConfiguration>()?.GetSection(AiCreditsHttpOptions.SectionName).Bind(options))));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AiCreditsHttpOptions>, AiCreditsHttpOptionsValidator>());

        services.AddDataProtection();
        services.AddSingleton<EnforcementState>();
        services.TryAddSingleton<ICallerResolver, CallerResolver>();
        services.AddSingleton<GuestCookie>();
        services.AddSingleton<GuestClaimer>();
        services.AddSingleton<GuestResolver>();
        services.AddSingleton<CreditProblems>();
        services.AddSingleton(provider => new PipelineOrder(provider.GetService<IAuthenticationSchemeProvider>()));
        services.AddSingleton<KeptAnswers>();
        services.AddSingleton<CreditEnforcer>();
        services.AddSingleton<LeaseKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<LeaseKeeper>());
        services.AddSingleton<EnforcementFaults>();
        services.AddSingleton<WorkLimiter>();
        services.AddSingleton<ProviderLooks>();
        services.AddSingleton<LiveStreams>();
        services.AddSingleton<FirstPaint>();
        services.AddSingleton<UiLinks>();
        services.Configure<RateLimiterOptions>(options => options.AddPolicy<string, WorkLimitPolicy>(WorkLimitPolicy.Name));
        services.TryAddEnumerable(ServiceDescriptor.Transient<IApiDescriptionProvider, PaidEndpointDescriptions>());
        services.AddPurchaseEndpoints();
        services.AddSingleton<IStartupFilter, EnforcementStartupFilter>();
        services.AddSingleton<IStartupFilter, AdminStartupFilter>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, EnforcementMatcherPolicy>());
        services.Configure<MvcOptions>(options => options.Conventions.Add(new BoundPriceConvention()));
        return builder;
    }

    /// <summary>
    /// Sells through the built-in simulation: no account, no network and no money, with a checkout page of its own. Without
    /// this call it is used in Development when no other provider is named. In Production the app doesn't start with it.
    /// </summary>
    public static AiCreditsBuilder UseSimulatedPayments(this AiCreditsBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton(provider => provider.GetRequiredKeyedService<IPaymentProvider>(SimulatedPaymentProvider.ProviderName)));
        return builder;
    }

    /// <summary>Finds callers with <typeparamref name="TResolver"/>, for accounts that are not users.</summary>
    /// <typeparam name="TResolver">A singleton; takes scoped services from the request's own.</typeparam>
    public static AiCreditsBuilder UseCallerResolver<TResolver>(this AiCreditsBuilder builder)
        where TResolver : class, ICallerResolver
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<ICallerResolver, TResolver>());
        return builder;
    }
}
