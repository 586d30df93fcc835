using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AiCredits.EntityFramework.Schema;

/// <summary>The tables of purchases and packs.</summary>
internal static class PurchaseModel
{
    public static void AddPurchases(this ModelBuilder modelBuilder)
    {
        AddPurchase(modelBuilder.Entity<PurchaseRow>());
        AddPack(modelBuilder.Entity<PackRow>());
    }

    private static void AddPack(EntityTypeBuilder<PackRow> pack)
    {
        pack.ToTable(TableNames.Pack, table => table.HasCheckConstraint("ck_ai_credits_pack_figures", "price > 0 and credits > 0 and bonus_credits >= 0 and bonus_credits < credits"));
        pack.HasKey(row => row.PackId).HasName("pk_ai_credits_pack");
        pack.Property(row => row.PackId).HasColumnName("pack_id");
        pack.Property(row => row.Name).HasColumnName("name");
        pack.Property(row => row.Price).HasColumnName("price");
        pack.Property(row => row.Currency).HasColumnName("currency");
        pack.Property(row => row.Credits).HasColumnName("credits");
        pack.Property(row => row.BonusCredits).HasColumnName("bonus_credits");
        pack.Property(row => row.BestValue).HasColumnName("best_value");
        pack.Property(row => row.Retired).HasColumnName("retired");
        pack.Property(row => row.ChangedBy).HasColumnName("changed_by");
        pack.Property(row => row.Reason).HasColumnName("reason");
        pack.Property(row => row.ChangedAt).HasColumnName("changed_at");
        pack.Property(row => row.Version).HasColumnName("version").IsConcurrencyToken();
    }

    private static void AddPurchase(EntityTypeBuilder<PurchaseRow> purchase)
    {
        purchase.ToTable(TableNames.Purchase, table =>
        {
            table.HasCheckConstraint("ck_ai_credits_purchase_credits", "credits > 0 and bonus_credits >= 0 and bonus_credits < credits");
            table.HasCheckConstraint("ck_ai_credits_purchase_money", "price > 0 and refunded >= 0 and disputed >= 0 and disputes_lost >= 0 and (total is null or refunded + disputed + disputes_lost <= total)");
        });
        purchase.HasKey(row => row.PurchaseId).HasName("pk_ai_credits_purchase");
        purchase.HasIndex(row => new { row.AccountId, row.PurchaseId }, "ix_ai_credits_purchase_account");
        purchase.HasIndex(row => new { row.AccountId, row.ClientKey }, "ux_ai_credits_purchase_key").IsUnique().HasFilter("client_key is not null");
        purchase.HasIndex(row => new { row.Provider, row.CheckoutId }, "ux_ai_credits_purchase_checkout").IsUnique().HasFilter("checkout_id is not null");
        purchase.HasIndex(row => row.DueAt, "ix_ai_credits_purchase_due").HasFilter("due_at is not null");
        purchase.Property(row => row.PurchaseId).HasColumnName("purchase_id").ValueGeneratedNever();
        purchase.Property(row => row.AccountId).HasColumnName("account_id");
        purchase.Property(row => row.PackId).HasColumnName("pack_id");
        purchase.Property(row => row.PackName).HasColumnName("pack_name");
        purchase.Property(row => row.SubscriptionId).HasColumnName("subscription_id");
        purchase.Property(row => row.PaysUntil).HasColumnName("pays_until");
        purchase.Property(row => row.Price).HasColumnName("price");
        purchase.Property(row => row.Currency).HasColumnName("currency");
        purchase.Property(row => row.Credits).HasColumnName("credits");
        purchase.Property(row => row.BonusCredits).HasColumnName("bonus_credits");
        purchase.Property(row => row.CreditsExpireAfter).HasColumnName("credits_expire_after");
        purchase.Property(row => row.Provider).HasColumnName("provider");
        purchase.Property(row => row.ClientKey).HasColumnName("client_key");
        purchase.Property(row => row.Status).HasColumnName("status").HasConversion<int>();
        purchase.Property(row => row.Fault).HasColumnName("fault");
        purchase.Property(row => row.CreatedAt).HasColumnName("created_at");
        purchase.Property(row => row.PaidAt).HasColumnName("paid_at");
        purchase.Property(row => row.DeliveredAt).HasColumnName("delivered_at");
        purchase.Property(row => row.ChangedAt).HasColumnName("changed_at");
        purchase.Property(row => row.CheckoutId).HasColumnName("checkout_id");
        purchase.Property(row => row.CheckoutUrl).HasColumnName("checkout_url");
        purchase.Property(row => row.CheckoutExpiresAt).HasColumnName("checkout_expires_at");
        purchase.Property(row => row.PaymentId).HasColumnName("payment_id");
        purchase.Property(row => row.CustomerId).HasColumnName("customer_id");
        purchase.Property(row => row.ReceiptUrl).HasColumnName("receipt_url");
        purchase.Property(row => row.Total).HasColumnName("total");
        purchase.Property(row => row.TotalCurrency).HasColumnName("total_currency");
        purchase.Property(row => row.Refunded).HasColumnName("refunded");
        purchase.Property(row => row.Disputed).HasColumnName("disputed");
        purchase.Property(row => row.DisputesLost).HasColumnName("disputes_lost");
        purchase.Property(row => row.Fulfilment).HasColumnName("fulfilment");
        purchase.Property(row => row.DueAt).HasColumnName("due_at");
        purchase.Property(row => row.Version).HasColumnName("version").IsConcurrencyToken();
    }
}
