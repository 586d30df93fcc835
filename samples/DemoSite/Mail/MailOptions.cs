namespace AiCredits.DemoSite.Mail;

/// <summary>The settings of the demo's mail, section <c>Mail</c>.</summary>
internal sealed class MailOptions
{
    /// <summary>Where receipts are put, below the site's folder.</summary>
    public string PickupDirectory { get; set; } = "App_Data/mail";

    /// <summary>Whom they come from.</summary>
    public string From { get; set; } = "shop@demo.invalid";
}
