using System.Net;
using AiCredits.TestServers;

namespace AiCredits.DemoSite.Crash;

/// <summary>The demo site as two processes on one PostgreSQL.</summary>
public sealed class TwoProcessTests : IAsyncLifetime
{
    private readonly PostgreSqlServer _server = new() { Fsync = true };
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("demo-two-");

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    [Fact]
    public async Task Of_200_requests_at_once_to_two_processes_on_a_balance_of_50_exactly_50_generate()
    {
        var connectionString = await _server.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await using var first = await StartAsync(connectionString);
        await using var second = await StartAsync(connectionString);
        using var user = new Visitor(first.Address);
        await user.SignUpAsync();
        (await user.BalanceAsync()).ShouldBe(50);

        // The same person at the other process: the two share who is signed in, the account and its lock.
        using var there = new Visitor(second.Address);
        there.Cookies.Add(user.Cookies.GetAllCookies());
        (await there.BalanceAsync()).ShouldBe(50);

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => (number % 2 == 0 ? user : there).GenerateAsync("flux-dev")));

        answers.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBe(50);
        answers.Count(answer => answer.Status == HttpStatusCode.PaymentRequired).ShouldBe(150);
        foreach (var visitor in (Visitor[])[user, there])
        {
            var credits = (await visitor.CreditsAsync())["credits"]!;
            ((decimal)credits["balance"]!).ShouldBe(0);
            ((decimal)credits["held"]!).ShouldBe(0);
            ((decimal)credits["lifetimeSpent"]!).ShouldBe(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Task<DemoProcess> StartAsync(string connectionString) => DemoProcess.StartAsync(
        Path.Combine(_folder.FullName, "unused.db"),
        ("ConnectionStrings:PostgreSql", connectionString),
        ("AiCredits:Http:WorkLimit", "1000"));
}
