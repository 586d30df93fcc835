using AiCredits.EntityFramework.Referrals;
using AiCredits.EntityFramework.Schema;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Promotions;

/// <summary>The tables of promo codes and referrals.</summary>
internal static class PromotionSchema
{
    public static void AddPromotions(this ModelBuilder modelBuilder)
    {
        var code = modelBuilder.Entity<PromoCodeRow>();
        code.ToTable(TableNames.PromoCode, table => table.HasCheckConstraint("ck_ai_credits_promo_code_redeemed", "redeemed >= 0 and (max_redemptions is null or redeemed <= max_redemptions)"));
        code.HasKey(row => row.Code).HasName("pk_ai_credits_promo_code");
        code.Property(row => row.Code).HasColumnName("code");
        code.Property(row => row.Credits).HasColumnName("credits");
        code.Property(row => row.MaxRedemptions).HasColumnName("max_redemptions");
        code.Property(row => row.MaxPerAccount).HasColumnName("max_per_account");
        code.Property(row => row.StartsAt).HasColumnName("starts_at");
        code.Property(row => row.EndsAt).HasColumnName("ends_at");
        code.Property(row => row.ExpireAfter).HasColumnName("expire_after");
        code.Property(row => row.Description).HasColumnName("description");
        code.Property(row => row.Actor).HasColumnName("actor");
        code.Property(row => row.CreatedAt).HasColumnName("created_at");
        code.Property(row => row.Retired).HasColumnName("retired");
        code.Property(row => row.Redeemed).HasColumnName("redeemed");

        var redemption = modelBuilder.Entity<PromoRedemptionRow>();
        redemption.ToTable(TableNames.PromoRedemption);
        redemption.HasKey(row => new { row.AccountId, row.Code, row.Number }).HasName("pk_ai_credits_promo_redemption");
        redemption.HasIndex(row => row.At, "ix_ai_credits_promo_redemption_unfinished").HasFilter("granted_at is null");
        redemption.Property(row => row.AccountId).HasColumnName("account_id");
        redemption.Property(row => row.Code).HasColumnName("code");
        redemption.Property(row => row.Number).HasColumnName("number").ValueGeneratedNever();
        redemption.Property(row => row.Credits).HasColumnName("credits");
        redemption.Property(row => row.At).HasColumnName("at");
        redemption.Property(row => row.ExpiresAt).HasColumnName("expires_at");
        redemption.Property(row => row.Description).HasColumnName("description");
        redemption.Property(row => row.GrantedAt).HasColumnName("granted_at");

        var referral = modelBuilder.Entity<ReferralRow>();
        referral.ToTable(TableNames.Referral);
        referral.HasKey(row => row.AccountId).HasName("pk_ai_credits_referral");
        referral.HasIndex(row => row.Code, "ix_ai_credits_referral_code").IsUnique().HasFilter("code is not null");
        referral.HasIndex(row => row.ReferrerId, "ix_ai_credits_referral_referrer").HasFilter("referrer_id is not null");
        referral.HasIndex(row => row.State, "ix_ai_credits_referral_unfinished").HasFilter("state in (2, 4)");
        referral.Property(row => row.AccountId).HasColumnName("account_id");
        referral.Property(row => row.Code).HasColumnName("code");
        referral.Property(row => row.HasReferred).HasColumnName("has_referred");
        referral.Property(row => row.ReferrerId).HasColumnName("referrer_id");
        referral.Property(row => row.State).HasColumnName("state").HasConversion<int>();
        referral.Property(row => row.AttachedAt).HasColumnName("attached_at");
        referral.Property(row => row.PurchaseId).HasColumnName("purchase_id");
        referral.Property(row => row.EarnedAt).HasColumnName("earned_at");
        referral.Property(row => row.ReferrerCredits).HasColumnName("referrer_credits");
        referral.Property(row => row.ReferredCredits).HasColumnName("referred_credits");
        referral.Property(row => row.CreditsExpireAt).HasColumnName("credits_expire_at");
        referral.Property(row => row.Version).HasColumnName("version").IsConcurrencyToken();
    }
}
