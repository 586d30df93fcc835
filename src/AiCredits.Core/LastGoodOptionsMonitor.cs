using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace AiCredits;

/// <summary>
/// Options that survive a bad edit: wrong settings stop the app at start-up, but a wrong change while it runs is logged
/// and the last good settings stay. The framework's monitor would throw at every later use.
/// </summary>
internal sealed partial class LastGoodOptionsMonitor : IOptionsMonitor<AiCreditsOptions>, IDisposable
{
    private readonly IOptionsFactory<AiCreditsOptions> factory;
    private readonly ILogger<LastGoodOptionsMonitor> logger;
    private readonly List<IDisposable> registrations = [];
    private volatile AiCreditsOptions current;
    private event Action<AiCreditsOptions, string?>? Changed;

    public LastGoodOptionsMonitor(IOptionsFactory<AiCreditsOptions> factory, IEnumerable<IOptionsChangeTokenSource<AiCreditsOptions>> sources, ILogger<LastGoodOptionsMonitor> logger)
    {
        this.factory = factory;
        this.logger = logger;
        current = factory.Create(Options.DefaultName);
        foreach (var source in sources)
        {
            registrations.Add(ChangeToken.OnChange(source.GetChangeToken, Reload));
        }
    }

    public AiCreditsOptions CurrentValue => current;

    public AiCreditsOptions Get(string? name) => current;

    public IDisposable OnChange(Action<AiCreditsOptions, string?> listener)
    {
        Changed += listener;
        return new Registration(() => Changed -= listener);
    }

    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }
    }

    private void Reload()
    {
        try
        {
            current = factory.Create(Options.DefaultName);
        }
        catch (Exception exception)
        {
            ReloadRefused(exception);
            return;
        }

        Changed?.Invoke(current, Options.DefaultName);
    }

    [LoggerMessage(1030, LogLevel.Error, "The changed settings of AiCredits are wrong and were not taken; the last good ones stay.")]
    private partial void ReloadRefused(Exception exception);

    private sealed class Registration(Action dispose) : IDisposable
    {
        public void Dispose() => dispose();
    }
}
