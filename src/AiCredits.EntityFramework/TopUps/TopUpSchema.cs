using AiCredits.EntityFramework.Schema;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.TopUps;

/// <summary>The table of top-ups.</summary>
internal static class TopUpSchema
{
    public static void AddTopUps(this ModelBuilder modelBuilder)
    {
        var topUp = modelBuilder.Entity<TopUpRow>();
        topUp.ToTable(TableNames.TopUp);
        topUp.HasKey(row => row.AccountId).HasName("pk_ai_credits_top_up");
        topUp.HasIndex(row => row.DueAt, "ix_ai_credits_top_up_due").HasFilter("due_at is not null");
        topUp.Property(row => row.AccountId).HasColumnName("account_id");
        topUp.Property(row => row.Enabled).HasColumnName("enabled");
        topUp.Property(row => row.DueAt).HasColumnName("due_at");
        topUp.Property(row => row.Body).HasColumnName("body");
        topUp.Property(row => row.Version).HasColumnName("version").IsConcurrencyToken();
    }
}
