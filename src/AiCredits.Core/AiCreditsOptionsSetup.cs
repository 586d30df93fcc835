using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AiCredits;

/// <summary>Binds the section <c>AiCredits</c>, and refuses what can't be read: the binder drops an unreadable member of a dictionary in silence.</summary>
internal sealed class AiCreditsOptionsSetup(IServiceProvider services) : IConfigureOptions<AiCreditsOptions>
{
    public void Configure(AiCreditsOptions options)
    {
        if (services.GetService<IConfiguration>() is not { } configuration)
        {
            return;
        }

        var section = configuration.GetSection(AiCreditsOptions.SectionName);
        var faults = new List<string>();
        Bind(section, options, faults);
        BindEach(section.GetSection(nameof(AiCreditsOptions.Models)), options.Models, faults);
        BindEach(section.GetSection(nameof(AiCreditsOptions.Packs)), options.Packs, faults);
        if (faults.Count > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(AiCreditsOptions), faults);
        }
    }

    private static void BindEach<T>(IConfigurationSection section, Dictionary<string, T> members, List<string> faults)
        where T : class, new()
    {
        foreach (var child in section.GetChildren())
        {
            if (!members.TryGetValue(child.Key, out var member))
            {
                members.Add(child.Key, member = new T());
            }

            Bind(child, member, faults);
        }
    }

    private static void Bind(IConfigurationSection section, object target, List<string> faults)
    {
        try
        {
            section.Bind(target);
        }
        catch (InvalidOperationException exception)
        {
            faults.Add($"AIC1019: A setting can't be read. {exception.Message} Write amounts like 0.5, times like 00:10:00 or 30.00:00:00, and names as in the documentation. {exception.InnerException?.Message}");
        }
    }
}
