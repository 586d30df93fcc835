using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Schema;

internal static class TableNames
{
    public const string Migrations = "ai_credits_migrations";
    public const string Account = "ai_credits_account";
    public const string Grant = "ai_credits_grant";
    public const string Hold = "ai_credits_hold";
    public const string Entry = "ai_credits_entry";
    public const string Member = "ai_credits_member";
    public const string Transfer = "ai_credits_transfer";
    public const string Delivery = "ai_credits_delivery";
    public const string Refusal = "ai_credits_refusal";
    public const string Generation = "ai_credits_generation";
    public const string Event = "ai_credits_event";
    public const string Response = "ai_credits_response";
    public const string GuestWindow = "ai_credits_guest_window";
    public const string GuestUse = "ai_credits_guest_use";
    public const string GuestGeneration = "ai_credits_guest_generation";
    public const string GuestClaim = "ai_credits_guest_claim";
    public const string PromoCode = "ai_credits_promo_code";
    public const string PromoRedemption = "ai_credits_promo_redemption";
    public const string TopUp = "ai_credits_top_up";
    public const string Subscription = "ai_credits_subscription";
    public const string Referral = "ai_credits_referral";
    public const string Pack = "ai_credits_pack";
    public const string Purchase = "ai_credits_purchase";
    public const string Analytics = "ai_credits_analytics";
    public const string AnalyticsActivity = "ai_credits_analytics_activity";
    public const string AnalyticsAccount = "ai_credits_analytics_account";
    public const string AnalyticsGuest = "ai_credits_analytics_guest";
    public const string Setting = "ai_credits_setting";

    /// <summary>What stands before the names of tables in a statement written by hand: the schema of the app's context; nothing for the one that the session finds.</summary>
    public static string PrefixOf<TRow>(DbContext context)
        where TRow : class => Prefix(context.Model.FindEntityType(typeof(TRow))?.GetSchema());

    public static string Prefix(string? schema) => schema is null ? "" : $"\"{schema.Replace("\"", "\"\"", StringComparison.Ordinal)}\".";
}
