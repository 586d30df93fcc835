using AiCredits;
using AiCredits.Stripe;
using AiCredits.Stripe.Payments;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Sells through Stripe.</summary>
public static class AiCreditsStripeBuilderExtensions
{
    /// <summary>
    /// Takes money through Stripe Checkout. Settings come from the configuration section <c>AiCredits:Stripe</c>, then from
    /// <paramref name="configure"/>; without a <c>SecretKey</c> the app doesn't start, but in Development a web app then sells
    /// through the built-in simulation. There is one payment provider: the last call wins.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes settings in code.</param>
    public static AiCreditsBuilder UseStripe(this AiCreditsBuilder builder, Action<StripeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.Replace(ServiceDescriptor.Singleton(provider => StripeOptionsValidator.SimulationOf(provider, provider.GetRequiredService<IOptions<StripeOptions>>().Value)
            ?? ActivatorUtilities.CreateInstance<StripePaymentProvider>(provider)));
        if (configure is not null)
        {
            services.Configure(configure);
        }

        if (services.Any(service => service.ImplementationType == typeof(StripePackValidator)))
        {
            return builder;
        }

        services.AddOptions<StripeOptions>().ValidateOnStart();
        // First of all configurations, so that what the app says in code comes after what its settings say.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<StripeOptions>>(provider =>
            new ConfigureOptions<StripeOptions>(options => provider.GetService<IConfiguration>()?.GetSection(StripeOptions.SectionName).Bind(options))));
        services.AddSingleton<IValidateOptions<StripeOptions>>(provider => new StripeOptionsValidator(provider, provider.GetService<IHostEnvironment>()));
        services.AddSingleton<IValidateOptions<AiCreditsOptions>, StripePackValidator>();
        services.AddSingleton<IValidateOptions<AiCreditsOptions>, StripePlanValidator>();
        return builder;
    }
}
