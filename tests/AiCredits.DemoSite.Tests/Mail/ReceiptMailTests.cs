using AiCredits.DemoSite.Accounts;
using AiCredits.Events;
using AiCredits.Payments;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MimeKit;

namespace AiCredits.DemoSite.Mail;

public sealed class ReceiptMailTests
{
    private static readonly CreditEvent.PurchaseCompleted Purchase = new(new AccountId("ann"), 7, new DateTime(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc), Guid.Parse("0197f0a0-1111-7222-8333-444455556666"))
    {
        PackId = "creator",
        PackName = "Creator <b>&amp;",
        Credits = 110,
        BonusCredits = 10,
        Price = new Money(14.99m, "USD"),
        Total = new Money(16.49m, "USD"),
        Provider = "simulated",
        PaymentId = "pi_1",
        ReceiptUrl = new Uri("https://pay.example/receipt"),
    };

    [Fact]
    public void A_receipt_says_what_was_bought_for_how_much()
    {
        using var message = ReceiptMail.Write(Purchase, "shop@demo.invalid", "ann@example.com");

        message.To.ToString().ShouldBe("ann@example.com");
        message.MessageId.ShouldBe("0197f0a0111172228333444455556666@demo.invalid");
        message.TextBody.ShouldNotBeNull().ShouldContain("Credits: 110, of which 10 are a bonus");
        message.TextBody.ShouldContain("Paid: 16.49 USD");
        message.TextBody.ShouldContain("https://pay.example/receipt");
        message.HtmlBody.ShouldNotBeNull().ShouldContain("Creator &lt;b&gt;&amp;amp;");
        message.HtmlBody.ShouldNotContain("<b>");
    }

    [Fact]
    public async Task It_is_put_into_the_folder_once_and_can_be_read_again()
    {
        var folder = Directory.CreateTempSubdirectory("aicredits-mail");
        await using var services = await UsersAsync(folder);
        var mailer = new ReceiptMailer(services.GetRequiredService<IServiceScopeFactory>(), Options.Create(new MailOptions()), new Environment(folder.FullName));

        for (var time = 0; time < 2; time++)
        {
            await mailer.HandleAsync(Purchase, TestContext.Current.CancellationToken);
        }

        await mailer.HandleAsync(Purchase with { Account = new AccountId("nobody"), PurchaseId = Guid.CreateVersion7() }, TestContext.Current.CancellationToken);
        var file = Directory.GetFiles(Path.Combine(folder.FullName, "App_Data", "mail")).ShouldHaveSingleItem();
        Path.GetExtension(file).ShouldBe(".eml");
        using (var read = await MimeMessage.LoadAsync(file, TestContext.Current.CancellationToken))
        {
            read.Subject.ShouldStartWith("Receipt: Creator");
            read.To.ToString().ShouldBe("ann@example.com");
        }

        await services.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static async Task<ServiceProvider> UsersAsync(DirectoryInfo folder)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddDbContext<DemoContext>(options => options.UseSqlite($"Data Source={Path.Combine(folder.FullName, "users.db")};Pooling=False"));
        services.AddIdentityCore<IdentityUser>().AddEntityFrameworkStores<DemoContext>();
        var provider = services.BuildServiceProvider();
        await using var scope = provider.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DemoContext>().Database.EnsureCreatedAsync(TestContext.Current.CancellationToken);
        (await scope.ServiceProvider.GetRequiredService<UserManager<IdentityUser>>().CreateAsync(new IdentityUser("ann") { Id = "ann", Email = "ann@example.com" })).Succeeded.ShouldBeTrue();
        return provider;
    }

    private sealed class Environment(string root) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "Development";

        public string ApplicationName { get; set; } = "Demo";

        public string ContentRootPath { get; set; } = root;

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
