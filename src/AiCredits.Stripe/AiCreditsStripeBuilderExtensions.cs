using AiCredits;
using AiCredits.Payments;
using AiCredits.Stripe;
using AiCredits.Stripe.Payments;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Sells through Stripe.</summary>
public static class AiCreditsStripeBuilderExtensions
{
    /// <summary>
    /// Takes money through Stripe Checkout. Settings come from the configuration section <c>AiCredits:Stripe</c>, then from
    /// <paramref name="configure"/>; without a <c>SecretKey</c> the app doesn't start. There is one payment provider: the
    /// last call wins.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes settings in code.</param>
    public static AiCreditsBuilder UseStripe(this AiCreditsBuilder builder, Action<StripeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.Replace(ServiceDescriptor.Singleton<IPaymentProvider, StripePaymentProvider>());
        if (configure is not null)
        {
            services.Configure(configure);
        }

        if (services.Any(service => service.ImplementationType == typeof(StripeOptionsValidator)))
        {
            return builder;
        }

        services.AddOptions<StripeOptions>().ValidateOnStart();
        // First of all configurations, so that what the app says in code comes after what its settings say.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<StripeOptions>>(provider =>
            new ConfigureOptions<StripeOptions>(options => provider.GetService<IConfiguration>()?.GetSection(StripeOptions.SectionName).Bind(options))));
        services.AddSingleton<IValidateOptions<StripeOptions>, StripeOptionsValidator>();
        services.AddSingleton<IValidateOptions<AiCreditsOptions>, StripePackValidator>();
        return builder;
    }
}
