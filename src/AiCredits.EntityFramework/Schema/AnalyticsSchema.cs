using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Schema;

/// <summary>The tables of the roll-ups.</summary>
internal static class AnalyticsSchema
{
    public static void MapAnalytics(this ModelBuilder modelBuilder)
    {
        var total = modelBuilder.Entity<AnalyticsRow>();
        total.ToTable(TableNames.Analytics);
        total.HasKey(row => new { row.Grain, row.Measure, row.Start, row.Model, row.Detail }).HasName("pk_ai_credits_analytics");
        total.Property(row => row.Grain).HasColumnName("grain").HasConversion<int>().ValueGeneratedNever();
        total.Property(row => row.Measure).HasColumnName("measure").HasConversion<int>().ValueGeneratedNever();
        total.Property(row => row.Start).HasColumnName("start").ValueGeneratedNever();
        total.Property(row => row.Model).HasColumnName("model");
        total.Property(row => row.Detail).HasColumnName("detail");
        total.Property(row => row.Count).HasColumnName("count");
        total.Property(row => row.Amount).HasColumnName("amount");

        var activity = modelBuilder.Entity<AnalyticsActivityRow>();
        activity.ToTable(TableNames.AnalyticsActivity);
        activity.HasKey(row => new { row.Grain, row.Start, row.AccountId }).HasName("pk_ai_credits_analytics_activity");
        activity.Property(row => row.Grain).HasColumnName("grain").HasConversion<int>().ValueGeneratedNever();
        activity.Property(row => row.Start).HasColumnName("start").ValueGeneratedNever();
        activity.Property(row => row.AccountId).HasColumnName("account_id");
        activity.Property(row => row.Generations).HasColumnName("generations");
        activity.Property(row => row.Spent).HasColumnName("spent");

        var account = modelBuilder.Entity<AnalyticsAccountRow>();
        account.ToTable(TableNames.AnalyticsAccount);
        account.HasKey(row => row.AccountId).HasName("pk_ai_credits_analytics_account");
        account.Property(row => row.AccountId).HasColumnName("account_id");
        account.Property(row => row.DoneSeq).HasColumnName("done_seq");
        account.Property(row => row.FirstAt).HasColumnName("first_at");
        account.Property(row => row.FirstPurchaseAt).HasColumnName("first_purchase_at");

        var guest = modelBuilder.Entity<AnalyticsGuestRow>();
        guest.ToTable(TableNames.AnalyticsGuest);
        guest.HasKey(row => row.GuestId).HasName("pk_ai_credits_analytics_guest");
        guest.HasIndex(row => row.FirstAt, "ix_ai_credits_analytics_guest_first");
        guest.Property(row => row.GuestId).HasColumnName("guest_id");
        guest.Property(row => row.FirstAt).HasColumnName("first_at");
    }
}
