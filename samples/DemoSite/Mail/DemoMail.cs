namespace AiCredits.DemoSite.Mail;

/// <summary>The mail of the demo.</summary>
internal static class DemoMail
{
    public static AiCreditsBuilder AddReceipts(this AiCreditsBuilder credits, IConfiguration configuration)
    {
        credits.Services.Configure<MailOptions>(configuration.GetSection("Mail"));
        return credits.AddEventListener<ReceiptMailer>();
    }
}
