using AiCredits;
using AiCredits.AspNetCore;
using AiCredits.AspNetCore.Enforcement;
using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc;
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
    /// <paramref name="configure"/>. Call <c>app.UseAiCredits()</c> and <c>app.MapAiCredits()</c> as well.
    /// </summary>
    public static AiCreditsBuilder AddAiCredits(this IServiceCollection services, Action<AiCreditsOptions>? configure = null)
    {
        var builder = services.AddAiCreditsCore(configure);
        if (services.Any(service => service.ServiceType == typeof(EnforcementState)))
        {
            return builder;
        }

        services.AddOptions<AiCreditsHttpOptions>().ValidateOnStart();
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<AiCreditsHttpOptions>>(provider =>
            new ConfigureOptions<AiCreditsHttpOptions>(options => provider.GetService<IConfiguration>()?.GetSection(AiCreditsHttpOptions.SectionName).Bind(options))));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AiCreditsHttpOptions>, AiCreditsHttpOptionsValidator>());

        services.AddDataProtection();
        services.AddSingleton<EnforcementState>();
        services.TryAddSingleton<ICallerResolver, CallerResolver>();
        services.AddSingleton<GuestCookie>();
        services.AddSingleton<GuestClaimer>();
        services.AddSingleton<NetworkHasher>();
        services.AddSingleton<CreditProblems>();
        services.AddSingleton<CreditEnforcer>();
        services.AddSingleton<WorkLimiter>();
        services.Configure<RateLimiterOptions>(options => options.AddPolicy<string, WorkLimitPolicy>(WorkLimitPolicy.Name));
        services.AddSingleton<IStartupFilter, EnforcementStartupFilter>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, EnforcementMatcherPolicy>());
        services.Configure<MvcOptions>(options => options.Filters.Add<BoundPriceActionFilter>());
        return builder;
    }

    /// <summary>Finds callers with <typeparamref name="TResolver"/>, for accounts that are not users.</summary>
    /// <typeparam name="TResolver">A singleton.</typeparam>
    public static AiCreditsBuilder UseCallerResolver<TResolver>(this AiCreditsBuilder builder)
        where TResolver : class, ICallerResolver
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<ICallerResolver, TResolver>());
        return builder;
    }
}
