using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiCredits.DemoSite;

/// <summary>The demo site on a real port of this machine, with a database of its own that is gone afterwards.</summary>
public class DemoServer : WebApplicationFactory<Program>
{
    private readonly (string Key, string Value)[] _settings;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("demo-site-");

    /// <param name="settings">Configuration keys and values in place of the site's own.</param>
    public DemoServer(params (string Key, string Value)[] settings)
    {
        _settings = settings;
        UseKestrel(0);
        StartServer();
        Address = new Uri(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public Uri Address { get; }

    /// <summary>A visitor with cookies of its own.</summary>
    public Visitor NewVisitor() => new(Address);

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("ConnectionStrings:Demo", $"Data Source={Path.Combine(_folder.FullName, "demo.db")}");
        builder.UseSetting("AiCredits:Http:SimulatedPaymentsFolder", Path.Combine(_folder.FullName, "payments"));
        builder.UseSetting("AiCredits:Http:WorkLimit", "1000");
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }

        // The tests sign up dozens of users; a real hash would take most of their time.
        builder.ConfigureServices(services => services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1));
        builder.ConfigureLogging(logging => logging.ClearProviders());
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }
}
