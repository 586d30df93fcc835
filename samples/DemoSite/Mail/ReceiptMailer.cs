using AiCredits.Events;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AiCredits.DemoSite.Mail;

/// <summary>
/// Sends a receipt when a purchase is completed: here into a folder, where mail servers pick mail up and people can open
/// it. Events come at least once, so the file is named after the purchase and written whole.
/// </summary>
internal sealed class ReceiptMailer(IServiceScopeFactory scopes, IOptions<MailOptions> options, IHostEnvironment environment) : ICreditEventListener
{
    public async ValueTask HandleAsync(CreditEvent creditEvent, CancellationToken cancellationToken = default)
    {
        if (creditEvent is not CreditEvent.PurchaseCompleted purchase || await FindAddressAsync(purchase.Account.Value) is not { } address)
        {
            return;
        }

        var folder = Directory.CreateDirectory(Path.Combine(environment.ContentRootPath, options.Value.PickupDirectory));
        var file = Path.Combine(folder.FullName, $"{purchase.PurchaseId:N}.eml");
        if (File.Exists(file))
        {
            return;
        }

        using var message = ReceiptMail.Write(purchase, options.Value.From, address);
        var unfinished = $"{file}.{Environment.ProcessId}.tmp";
        await message.WriteToAsync(unfinished, cancellationToken);
        File.Move(unfinished, file, overwrite: true);
    }

    private async Task<string?> FindAddressAsync(string userId)
    {
        await using var scope = scopes.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<UserManager<IdentityUser>>().FindByIdAsync(userId))?.Email;
    }
}
