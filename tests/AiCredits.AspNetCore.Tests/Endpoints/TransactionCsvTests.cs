using AiCredits.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Endpoints;

public sealed class TransactionCsvTests
{
    private const string Path = "/api/credits/transactions";
    private const string Header = "id,kind,amount,balanceAfter,description,model,createdAt\r\n";

    [Theory]
    [InlineData("", "text/csv")]
    [InlineData("", "text/csv; q=0.9, application/json; q=0.5")]
    [InlineData("?format=csv", null)]
    [InlineData("?format=csv", "application/json")]
    public async Task Csv_is_sent_when_asked_for(string query, string? accept)
    {
        await using var app = await TestApp.StartAsync();

        using var response = await app.GetAsync(Path + query, "ann", accept);

        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        text.ShouldBe(Header + "1,grant,50,50,Welcome credits,,2026-11-01T12:00:00.0000000Z\r\n");
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8; header=present");
        response.Content.Headers.ContentDisposition!.ToString().ShouldBe("attachment; filename=\"credit-transactions.csv\"");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        response.Headers.Vary.ShouldContain("Accept");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("*/*")]
    [InlineData("application/json, text/csv; q=0.5")]
    [InlineData("text/csv; q=0")]
    public async Task Json_is_sent_otherwise(string? accept)
    {
        await using var app = await TestApp.StartAsync();

        using var response = await app.GetAsync(Path, "ann", accept);

        (await TestApp.ReadAsync(response)).GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Csv_is_the_whole_filtered_history()
    {
        await using var app = await TestApp.StartAsync(options => options.WelcomeCredits = 2_000);
        for (var run = 0; run < 1_001; run++)
        {
            await app.GenerateAsync("ann");
        }

        using var response = await app.GetAsync($"{Path}?format=csv&kind=capture&limit=3", "ann");

        var lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(1 + 1_001);
        lines.Skip(1).Select(line => decimal.Parse(line.Split(',')[3])).ShouldBe(Enumerable.Range(999, 1_001).Select(balance => (decimal)balance));
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://evil\",\"x\")", "\"'=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")\"")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM", "'@SUM")]
    [InlineData("\tx", "'\tx")]
    [InlineData("a, b", "\"a, b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("Grüße 🎨", "Grüße 🎨")]
    public async Task Text_is_quoted_and_never_a_formula(string description, string field)
    {
        await using var app = await TestApp.StartAsync(options => options.WelcomeCredits = 0);
        await app.GrantAsync("ann", 1, description: description);

        using var response = await app.GetAsync($"{Path}?format=csv", "ann");

        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .ShouldBe(Header + $"1,grant,1,1,{field},,2026-11-01T12:00:00.0000000Z\r\n");
    }

    [Fact]
    public async Task Amounts_stay_numbers()
    {
        await using var app = await TestApp.StartAsync();
        await app.GenerateAsync("ann", "nano-banana", GenerationOutcome.Succeeded);

        using var response = await app.GetAsync($"{Path}?format=csv&kind=capture", "ann");

        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain(",capture,-0.5,49.5,Generation with nano-banana,nano-banana,");
    }

    [Fact]
    public async Task A_download_that_can_t_go_on_breaks_instead_of_ending_early()
    {
        await using var app = await TestApp.StartAsync(
            options => options.WelcomeCredits = 2_000,
            services =>
            {
                var inner = services.Last(service => service.ServiceType == typeof(ICreditStore)).ImplementationFactory.ShouldNotBeNull();
                services.AddSingleton<ICreditStore>(provider => new DownAfterFirstPiece((ICreditStore)inner(provider)));
            });
        for (var run = 0; run < 600; run++)
        {
            await app.GenerateAsync("ann");
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Path}?format=csv");
        request.Headers.Add("X-User", "ann");
        using var response = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        response.IsSuccessStatusCode.ShouldBeTrue();
        await Should.ThrowAsync<Exception>(() => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private sealed class DownAfterFirstPiece(ICreditStore inner) : ICreditStore
    {
        public ValueTask<IReadOnlyList<Entry>> GetEntriesAsync(EntryQuery query, CancellationToken cancellationToken = default) =>
            query.Before is null ? inner.GetEntriesAsync(query, cancellationToken) : throw new LedgerUnavailableException("The database is down.");

        public ValueTask<TResult> ExecuteAsync<TResult>(LedgerCommand<TResult> command, CancellationToken cancellationToken = default)
            where TResult : LedgerResult => inner.ExecuteAsync(command, cancellationToken);

        public ValueTask<AccountOverview> GetAccountAsync(AccountId account, CancellationToken cancellationToken = default) => inner.GetAccountAsync(account, cancellationToken);

        public ValueTask<Generation?> FindGenerationAsync(AccountId account, Guid generationId, CancellationToken cancellationToken = default) => inner.FindGenerationAsync(account, generationId, cancellationToken);

        public ValueTask<IReadOnlyList<Generation>> GetGenerationsAsync(GenerationQuery query, CancellationToken cancellationToken = default) => inner.GetGenerationsAsync(query, cancellationToken);

        public ValueTask<int> SettleDueAsync(int maxAccounts, CancellationToken cancellationToken = default) => inner.SettleDueAsync(maxAccounts, cancellationToken);

        public ValueTask<int> ForgetPromptsAsync(int max, CancellationToken cancellationToken = default) => inner.ForgetPromptsAsync(max, cancellationToken);

        public ValueTask CheckAsync(CancellationToken cancellationToken = default) => inner.CheckAsync(cancellationToken);
    }
}
