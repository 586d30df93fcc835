using System.Reflection;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>MVC with only these controllers.</summary>
internal sealed class MvcParts(params Type[] controllers) : IApplicationFeatureProvider<ControllerFeature>
{
    public static void Add(IServiceCollection services, params Type[] controllers) => services.AddControllers().ConfigureApplicationPartManager(parts =>
    {
        parts.FeatureProviders.Clear();
        parts.FeatureProviders.Add(new MvcParts(controllers));
    });

    public void PopulateFeature(IEnumerable<ApplicationPart> parts, ControllerFeature feature)
    {
        foreach (var controller in controllers)
        {
            feature.Controllers.Add(controller.GetTypeInfo());
        }
    }
}
