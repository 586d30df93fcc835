using AiCredits.Events;
using AiCredits.Referrals;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AiCredits.Promotions;

internal static class PromotionServices
{
    /// <summary>Adds promo codes and referrals, kept in memory until a store replaces that.</summary>
    public static IServiceCollection AddPromotions(this IServiceCollection services)
    {
        services.TryAddSingleton<IPromoCodeStore, MemoryPromoCodeStore>();
        services.TryAddSingleton<IReferralStore, MemoryReferralStore>();
        services.TryAddSingleton<PromoCodes>();
        services.TryAddSingleton<ReferralProgramme>();
        services.AddSingleton<ICreditEventListener, ReferralListener>();
        services.AddHostedService<PromotionSweeper>();
        return services;
    }
}
