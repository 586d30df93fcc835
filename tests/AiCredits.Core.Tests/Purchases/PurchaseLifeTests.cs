using AiCredits.Conformance.Purchases;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.Core.Tests.Purchases;

public sealed class PurchaseLifeTests
{
    [Fact]
    public async Task A_thousand_lives_end_as_their_payments_imply()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
        var lives = await PurchaseLives.StartAsync(clock, around =>
        {
            var services = new ServiceCollection();
            services.AddSingleton<TimeProvider>(clock);
            services.AddLogging();
            services.AddAiCreditsCore();
            around(services);
            return Task.FromResult<IServiceProvider>(services.BuildServiceProvider());
        });

        for (var seed = 1; seed <= 1_000; seed++)
        {
            await lives.LiveAsync(seed);
        }

        await lives.ProveAsync();
        lives.Deaths.ShouldBeGreaterThan(1_000);
        lives.Ends.Values.ShouldAllBe(count => count >= 10);
        lives.Ends.Count.ShouldBe(7);
    }
}
