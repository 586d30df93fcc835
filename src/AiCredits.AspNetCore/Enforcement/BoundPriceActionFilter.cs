using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>Does for MVC actions what <see cref="BoundPriceFilter{TRequest}"/> does for minimal APIs.</summary>
internal sealed class BoundPriceActionFilter : IAsyncActionFilter
{
    public async Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next)
    {
        if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<IRequiresCreditsMetadata>() is not RequiresCreditsAttribute { IsBound: true } attribute)
        {
            await next().ConfigureAwait(false);
            return;
        }

        var price = new BoundPrice(
            Read(context, attribute.ModelFrom!) as string,
            attribute.CountFrom is null ? attribute.Count : Convert.ToInt64(Read(context, attribute.CountFrom) ?? 1, CultureInfo.InvariantCulture),
            attribute.PromptFrom is null ? null : Read(context, attribute.PromptFrom) as string);
        var enforcer = context.HttpContext.RequestServices.GetRequiredService<CreditEnforcer>();
        if (await enforcer.AdmitAsync(context.HttpContext, price).ConfigureAwait(false) is { } refusal)
        {
            context.Result = new RefusalResult(refusal);
            return;
        }

        await next().ConfigureAwait(false);
    }

    private static object? Read(ActionExecutingContext context, string name)
    {
        if (context.ActionArguments.TryGetValue(name, out var argument))
        {
            return argument;
        }

        foreach (var value in context.ActionArguments.Values)
        {
            if (value?.GetType().GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is { } property)
            {
                return property.GetValue(value);
            }
        }

        return null;
    }

    private sealed class RefusalResult(IResult result) : IActionResult
    {
        public Task ExecuteResultAsync(ActionContext context) => result.ExecuteAsync(context.HttpContext);
    }
}
