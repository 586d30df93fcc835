using AiCredits.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace AiCredits.Webhooks;

internal static class WebhookServices
{
    public static void AddWebhooks(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AiCreditsOptions>, WebhookOptionsValidator>());
        services.TryAddSingleton<IWebhookOutbox, MemoryWebhookOutbox>();
        services.TryAddSingleton<WebhookClient>();
        services.AddSingleton<ICreditEventListener, WebhookListener>();
        services.AddHostedService<WebhookSender>();
    }
}
