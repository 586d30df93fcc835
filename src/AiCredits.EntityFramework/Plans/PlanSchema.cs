using AiCredits.EntityFramework.Schema;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Plans;

/// <summary>The table of subscriptions.</summary>
internal static class PlanSchema
{
    public static void AddPlans(this ModelBuilder modelBuilder)
    {
        var subscription = modelBuilder.Entity<SubscriptionRow>();
        subscription.ToTable(TableNames.Subscription);
        subscription.HasKey(row => row.SubscriptionId).HasName("pk_ai_credits_subscription");
        subscription.HasIndex(row => row.OpenAccountId, "ix_ai_credits_subscription_open").IsUnique().HasFilter("open_account_id is not null");
        subscription.HasIndex(row => row.AccountId, "ix_ai_credits_subscription_account");
        subscription.HasIndex(row => row.ProviderId, "ix_ai_credits_subscription_provider").HasFilter("provider_id is not null");
        subscription.HasIndex(row => row.CheckoutId, "ix_ai_credits_subscription_checkout").HasFilter("checkout_id is not null");
        subscription.HasIndex(row => row.DueAt, "ix_ai_credits_subscription_due").HasFilter("due_at is not null");
        subscription.Property(row => row.SubscriptionId).HasColumnName("subscription_id").ValueGeneratedNever();
        subscription.Property(row => row.AccountId).HasColumnName("account_id");
        subscription.Property(row => row.OpenAccountId).HasColumnName("open_account_id");
        subscription.Property(row => row.Provider).HasColumnName("provider");
        subscription.Property(row => row.CheckoutId).HasColumnName("checkout_id");
        subscription.Property(row => row.ProviderId).HasColumnName("provider_id");
        subscription.Property(row => row.State).HasColumnName("state").HasConversion<int>();
        subscription.Property(row => row.DueAt).HasColumnName("due_at");
        subscription.Property(row => row.Body).HasColumnName("body");
        subscription.Property(row => row.Version).HasColumnName("version").IsConcurrencyToken();
    }
}
