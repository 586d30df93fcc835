using Microsoft.AspNetCore.Mvc.ApplicationModels;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>Gives each MVC action whose price is bound the filter that enforces it, and no other action anything.</summary>
internal sealed class BoundPriceConvention : IActionModelConvention
{
    public void Apply(ActionModel action)
    {
        var attribute = action.Attributes.OfType<RequiresCreditsAttribute>().LastOrDefault()
            ?? action.Controller.Attributes.OfType<RequiresCreditsAttribute>().LastOrDefault();
        if (attribute is { IsBound: true })
        {
            action.Filters.Add(new BoundPriceActionFilter(attribute, new ActionPrice(attribute, action.ActionMethod.GetParameters())));
        }
    }
}
