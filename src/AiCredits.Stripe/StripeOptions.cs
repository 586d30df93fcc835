namespace AiCredits.Stripe;

/// <summary>The settings of Stripe, bound from the configuration section <c>AiCredits:Stripe</c>. They are read once, when the app starts.</summary>
public sealed class StripeOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "AiCredits:Stripe";

    /// <summary>Stripe's own address, the default of <see cref="ApiBase"/>.</summary>
    public const string DefaultApiBase = "https://api.stripe.com";

    /// <summary>The secret key (<c>sk_</c>), or a restricted one (<c>rk_</c>). Required; keep it out of the repository.</summary>
    public string? SecretKey { get; set; }

    /// <summary>
    /// The signing secrets of the webhook endpoint (<c>whsec_</c>); a webhook signed with any of them is taken, so that one
    /// can be replaced while both are in use. Required outside Development; without any, every webhook is refused.
    /// </summary>
    public IList<string> WebhookSecrets { get; } = [];

    /// <summary>How old a webhook may be, in either direction, before it is taken for a replay. Default 5 minutes.</summary>
    public TimeSpan WebhookTolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Where the API is. Outside Development it is Stripe's or a loopback address, since the secret key is sent there. Default <see cref="DefaultApiBase"/>.</summary>
    public string ApiBase { get; set; } = DefaultApiBase;

    /// <summary>How long one request to Stripe may take. Default 30 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>True to let Stripe Tax add taxes at checkout. Default false.</summary>
    public bool AutomaticTax { get; set; }

    /// <summary>True to let Stripe write an invoice for every purchase. Default false.</summary>
    public bool CreateInvoices { get; set; }

    /// <summary>True to let buyers enter promotion codes at checkout. Default false.</summary>
    public bool AllowPromotionCodes { get; set; }
}
