namespace AiCredits.EntityFramework.Schema;

internal static class TableNames
{
    public const string Migrations = "ai_credits_migrations";
    public const string Account = "ai_credits_account";
    public const string Grant = "ai_credits_grant";
    public const string Hold = "ai_credits_hold";
    public const string Entry = "ai_credits_entry";
    public const string Refusal = "ai_credits_refusal";
    public const string Generation = "ai_credits_generation";
    public const string Event = "ai_credits_event";
    public const string Response = "ai_credits_response";
    public const string GuestWindow = "ai_credits_guest_window";
    public const string GuestUse = "ai_credits_guest_use";
    public const string GuestGeneration = "ai_credits_guest_generation";
    public const string GuestClaim = "ai_credits_guest_claim";
    public const string Setting = "ai_credits_setting";
}
