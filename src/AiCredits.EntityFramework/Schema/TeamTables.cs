using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Schema;

/// <summary>The tables of members, of transfers and of webhooks.</summary>
internal static class TeamTables
{
    public static void AddTeamTables(this ModelBuilder modelBuilder)
    {
        var member = modelBuilder.Entity<MemberRow>();
        member.ToTable(TableNames.Member, table => table.HasCheckConstraint("ck_ai_credits_member_figures", "used_in_day >= 0 and used_in_month >= 0"));
        member.HasKey(row => new { row.AccountId, row.MemberId }).HasName("pk_ai_credits_member");
        member.Property(row => row.AccountId).HasColumnName("account_id");
        member.Property(row => row.MemberId).HasColumnName("member_id");
        member.Property(row => row.DailyCap).HasColumnName("daily_cap");
        member.Property(row => row.MonthlyCap).HasColumnName("monthly_cap");
        member.Property(row => row.CycleAnchor).HasColumnName("cycle_anchor");
        member.Property(row => row.Removed).HasColumnName("removed");
        member.Property(row => row.UsedInDay).HasColumnName("used_in_day");
        member.Property(row => row.DayFrom).HasColumnName("day_from");
        member.Property(row => row.DayEndsAt).HasColumnName("day_ends_at");
        member.Property(row => row.UsedInMonth).HasColumnName("used_in_month");
        member.Property(row => row.MonthFrom).HasColumnName("month_from");
        member.Property(row => row.MonthEndsAt).HasColumnName("month_ends_at");

        var transfer = modelBuilder.Entity<TransferRow>();
        transfer.ToTable(TableNames.Transfer);
        transfer.HasKey(row => new { row.AccountId, row.TransferId }).HasName("pk_ai_credits_transfer");
        transfer.HasIndex(row => row.SentAt, "ix_ai_credits_transfer_sent");
        transfer.Property(row => row.AccountId).HasColumnName("account_id");
        transfer.Property(row => row.TransferId).HasColumnName("transfer_id").ValueGeneratedNever();
        transfer.Property(row => row.ToAccount).HasColumnName("to_account");
        transfer.Property(row => row.SentAt).HasColumnName("sent_at");
        transfer.Property(row => row.Parts).HasColumnName("parts");

        var delivery = modelBuilder.Entity<DeliveryRow>();
        delivery.ToTable(TableNames.Delivery);
        delivery.HasKey(row => new { row.AccountId, row.Seq, row.Name, row.Endpoint }).HasName("pk_ai_credits_delivery");
        delivery.HasIndex(row => new { row.Endpoint, row.DueAt }, "ix_ai_credits_delivery_due");
        delivery.Property(row => row.AccountId).HasColumnName("account_id");
        delivery.Property(row => row.Seq).HasColumnName("seq").ValueGeneratedNever();
        delivery.Property(row => row.Name).HasColumnName("name");
        delivery.Property(row => row.Endpoint).HasColumnName("endpoint");
        delivery.Property(row => row.CreatedAt).HasColumnName("created_at");
        delivery.Property(row => row.DueAt).HasColumnName("due_at");
        delivery.Property(row => row.Attempts).HasColumnName("attempts");
        delivery.Property(row => row.Body).HasColumnName("body");
    }
}
