using AiCredits.EntityFramework.Plans;
using AiCredits.EntityFramework.Promotions;
using AiCredits.EntityFramework.Schema;
using AiCredits.EntityFramework.TopUps;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Adds the tables of AiCredits to the app's own context.</summary>
public static class AiCreditsModelBuilderExtensions
{
    /// <summary>
    /// Adds the tables of AiCredits (<c>ai_credits_…</c>) to the model. Call it in <c>OnModelCreating</c> of the context
    /// that <c>UseEntityFramework&lt;TContext&gt;()</c> names, then add a migration. It touches nothing else in the model;
    /// calling it twice changes nothing.
    /// </summary>
    /// <returns>The same builder.</returns>
    public static ModelBuilder AddAiCredits(this ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);

        // SQL Server has no boolean expressions, and makes its own filter for unique indexes over nullable columns.
        var isSqlServer = modelBuilder.Model.GetAnnotations().Any(annotation => annotation.Name.StartsWith("SqlServer:", StringComparison.Ordinal));
        AddAccount(modelBuilder.Entity<AccountRow>());
        AddGrant(modelBuilder.Entity<GrantRow>(), isSqlServer ? "live = 1" : "live", isSqlServer ? "pending = 1" : "pending");
        AddHold(modelBuilder.Entity<HoldRow>());
        AddEntry(modelBuilder.Entity<EntryRow>(), isSqlServer);
        AddRefusal(modelBuilder.Entity<RefusalRow>());
        AddGeneration(modelBuilder.Entity<GenerationRow>());
        AddEvent(modelBuilder.Entity<EventRow>());
        AddResponse(modelBuilder.Entity<ResponseRow>());
        modelBuilder.AddTeamTables();
        AddGuests(modelBuilder, isSqlServer ? "unrolled = 1" : "unrolled");
        modelBuilder.AddPurchases();
        AddSetting(modelBuilder.Entity<SettingRow>());
        modelBuilder.AddPromotions();
        modelBuilder.AddPlans();
        modelBuilder.MapAnalytics();
        modelBuilder.AddTopUps();
        return modelBuilder;
    }

    private static void AddAccount(EntityTypeBuilder<AccountRow> account)
    {
        account.ToTable(TableNames.Account, table =>
        {
            table.HasCheckConstraint("ck_ai_credits_account_figures", "issued >= 0 and available >= 0 and held >= 0 and spent >= 0 and expired >= 0 and revoked >= 0 and debt >= 0");
            table.HasCheckConstraint("ck_ai_credits_account_closed", "issued = available + held + spent + expired + revoked");
            table.HasCheckConstraint("ck_ai_credits_account_debt", "debt = 0 or available = 0");
        });
        account.HasKey(row => row.AccountId).HasName("pk_ai_credits_account");
        account.Property(row => row.AccountId).HasColumnName("account_id");
        account.Property(row => row.Issued).HasColumnName("issued");
        account.Property(row => row.Available).HasColumnName("available");
        account.Property(row => row.Held).HasColumnName("held");
        account.Property(row => row.Spent).HasColumnName("spent");
        account.Property(row => row.Expired).HasColumnName("expired");
        account.Property(row => row.Revoked).HasColumnName("revoked");
        account.Property(row => row.Debt).HasColumnName("debt");
        account.Property(row => row.Seq).HasColumnName("seq");
        account.Property(row => row.LastAt).HasColumnName("last_at");
        account.Property(row => row.NextDue).HasColumnName("next_due");
        account.Property(row => row.Frozen).HasColumnName("frozen");
        account.Property(row => row.Welcomed).HasColumnName("welcomed");
        account.Property(row => row.Low).HasColumnName("low");
        account.Property(row => row.ChainHead).HasColumnName("chain_head");
    }

    private static void AddGrant(EntityTypeBuilder<GrantRow> grant, string isLive, string isPending)
    {
        grant.ToTable(TableNames.Grant, table =>
        {
            table.HasCheckConstraint("ck_ai_credits_grant_figures", "amount >= 0 and available >= 0 and held >= 0 and spent >= 0 and expired >= 0 and revoked >= 0 and taken_back >= 0");
            table.HasCheckConstraint("ck_ai_credits_grant_closed", $"{isPending} or amount = available + held + spent + expired + revoked");
        });
        grant.HasKey(row => new { row.AccountId, row.GrantId }).HasName("pk_ai_credits_grant");
        grant.HasIndex(row => row.AccountId, "ix_ai_credits_grant_live").HasFilter(isLive);
        grant.HasIndex(row => row.ExpiresAt, "ix_ai_credits_grant_expires").HasFilter($"{isLive} and expires_at is not null");
        grant.HasIndex(row => row.EffectiveAt, "ix_ai_credits_grant_effective").HasFilter(isPending);
        grant.Property(row => row.AccountId).HasColumnName("account_id");
        grant.Property(row => row.GrantId).HasColumnName("grant_id").ValueGeneratedNever();
        grant.Property(row => row.Kind).HasColumnName("kind").HasConversion<int>();
        grant.Property(row => row.Amount).HasColumnName("amount");
        grant.Property(row => row.Available).HasColumnName("available");
        grant.Property(row => row.Held).HasColumnName("held");
        grant.Property(row => row.Spent).HasColumnName("spent");
        grant.Property(row => row.Expired).HasColumnName("expired");
        grant.Property(row => row.Revoked).HasColumnName("revoked");
        grant.Property(row => row.TakenBack).HasColumnName("taken_back");
        grant.Property(row => row.Priority).HasColumnName("priority");
        grant.Property(row => row.GrantedAt).HasColumnName("granted_at");
        grant.Property(row => row.EffectiveAt).HasColumnName("effective_at");
        grant.Property(row => row.ExpiresAt).HasColumnName("expires_at");
        grant.Property(row => row.Models).HasColumnName("models");
        grant.Property(row => row.Reference).HasColumnName("reference");
        grant.Property(row => row.Pending).HasColumnName("pending");
        grant.Property(row => row.Live).HasColumnName("live");
    }

    private static void AddHold(EntityTypeBuilder<HoldRow> hold)
    {
        hold.ToTable(TableNames.Hold, table => table.HasCheckConstraint("ck_ai_credits_hold_figures", "amount >= 0 and captured >= 0"));
        hold.HasKey(row => new { row.AccountId, row.HoldId }).HasName("pk_ai_credits_hold");
        hold.HasIndex(row => row.ExpiresAt, "ix_ai_credits_hold_expires");
        hold.Property(row => row.AccountId).HasColumnName("account_id");
        hold.Property(row => row.HoldId).HasColumnName("hold_id").ValueGeneratedNever();
        hold.Property(row => row.Amount).HasColumnName("amount");
        hold.Property(row => row.Captured).HasColumnName("captured");
        hold.Property(row => row.Slices).HasColumnName("slices");
        hold.Property(row => row.ExpiresAt).HasColumnName("expires_at");
        hold.Property(row => row.OnExpiry).HasColumnName("on_expiry").HasConversion<int>();
        hold.Property(row => row.RequestHash).HasColumnName("request_hash");
        hold.Property(row => row.EntrySeq).HasColumnName("entry_seq");
        hold.Property(row => row.HeldAt).HasColumnName("held_at");
        hold.Property(row => row.AvailableAfter).HasColumnName("available_after");
        hold.Property(row => row.HeldAfter).HasColumnName("held_after");
        hold.Property(row => row.Model).HasColumnName("model");
        hold.Property(row => row.Count).HasColumnName("count");
        hold.Property(row => row.Price).HasColumnName("price");
        hold.Property(row => row.PriceVersion).HasColumnName("price_version");
        hold.Property(row => row.Prompt).HasColumnName("prompt");
        hold.Property(row => row.PromptExpiresAt).HasColumnName("prompt_expires_at");
        hold.Property(row => row.Member).HasColumnName("member");
    }

    private static void AddEntry(EntityTypeBuilder<EntryRow> entry, bool isSqlServer)
    {
        entry.ToTable(TableNames.Entry, table => table.HasTrigger(AppendOnlyGuard.TriggerName));
        entry.HasKey(row => new { row.AccountId, row.Seq }).HasName("pk_ai_credits_entry");
        var key = entry.HasIndex(row => new { row.AccountId, row.Key }, "ix_ai_credits_entry_key").IsUnique();
        if (!isSqlServer)
        {
            key.HasFilter("key is not null");
        }

        entry.Property(row => row.AccountId).HasColumnName("account_id");
        entry.Property(row => row.Seq).HasColumnName("seq").ValueGeneratedNever();
        entry.Property(row => row.At).HasColumnName("at");
        entry.Property(row => row.Kind).HasColumnName("kind").HasConversion<int>();
        entry.Property(row => row.Amount).HasColumnName("amount");
        entry.Property(row => row.Remainder).HasColumnName("remainder");
        entry.Property(row => row.AvailableAfter).HasColumnName("available_after");
        entry.Property(row => row.HeldAfter).HasColumnName("held_after");
        entry.Property(row => row.DebtAfter).HasColumnName("debt_after");
        entry.Property(row => row.Key).HasColumnName("key");
        entry.Property(row => row.RequestHash).HasColumnName("request_hash");
        entry.Property(row => row.HoldId).HasColumnName("hold_id");
        entry.Property(row => row.GrantId).HasColumnName("grant_id");
        entry.Property(row => row.GrantKind).HasColumnName("grant_kind").HasConversion<int?>();
        entry.Property(row => row.Slices).HasColumnName("slices");
        entry.Property(row => row.EndsAt).HasColumnName("ends_at");
        entry.Property(row => row.Model).HasColumnName("model");
        entry.Property(row => row.Description).HasColumnName("description");
        entry.Property(row => row.Actor).HasColumnName("actor");
        entry.Property(row => row.Reference).HasColumnName("reference");
        entry.Property(row => row.Hash).HasColumnName("hash");
    }

    private static void AddRefusal(EntityTypeBuilder<RefusalRow> refusal)
    {
        refusal.ToTable(TableNames.Refusal);
        refusal.HasKey(row => new { row.AccountId, row.Key }).HasName("pk_ai_credits_refusal");
        refusal.Property(row => row.AccountId).HasColumnName("account_id");
        refusal.Property(row => row.Key).HasColumnName("key");
        refusal.Property(row => row.RequestHash).HasColumnName("request_hash");
        refusal.Property(row => row.At).HasColumnName("at");
        refusal.Property(row => row.Frozen).HasColumnName("frozen");
        refusal.Property(row => row.Required).HasColumnName("required");
        refusal.Property(row => row.Available).HasColumnName("available");
        refusal.Property(row => row.Held).HasColumnName("held");
        refusal.Property(row => row.Cap).HasColumnName("cap").HasConversion<int?>();
        refusal.Property(row => row.ResetsAt).HasColumnName("resets_at");
    }

    private static void AddGeneration(EntityTypeBuilder<GenerationRow> generation)
    {
        generation.ToTable(TableNames.Generation);
        generation.HasKey(row => new { row.AccountId, row.GenerationId }).HasName("pk_ai_credits_generation");
        generation.HasIndex(row => row.PromptExpiresAt, "ix_ai_credits_generation_prompt").HasFilter("prompt is not null");
        generation.Property(row => row.AccountId).HasColumnName("account_id");
        generation.Property(row => row.GenerationId).HasColumnName("generation_id").ValueGeneratedNever();
        generation.Property(row => row.Status).HasColumnName("status").HasConversion<int>();
        generation.Property(row => row.Outcome).HasColumnName("outcome").HasConversion<int?>();
        generation.Property(row => row.Model).HasColumnName("model");
        generation.Property(row => row.Count).HasColumnName("count");
        generation.Property(row => row.Price).HasColumnName("price");
        generation.Property(row => row.PriceVersion).HasColumnName("price_version");
        generation.Property(row => row.Prompt).HasColumnName("prompt");
        generation.Property(row => row.PromptExpiresAt).HasColumnName("prompt_expires_at");
        generation.Property(row => row.Charged).HasColumnName("charged");
        generation.Property(row => row.Released).HasColumnName("released");
        generation.Property(row => row.StartedAt).HasColumnName("started_at");
        generation.Property(row => row.EndedAt).HasColumnName("ended_at");
        generation.Property(row => row.Error).HasColumnName("error");
        generation.Property(row => row.ProviderRequestId).HasColumnName("provider_request_id");
        generation.Property(row => row.ProviderCost).HasColumnName("provider_cost");
        generation.Property(row => row.ProviderCurrency).HasColumnName("provider_currency");
        generation.Property(row => row.FirstSeq).HasColumnName("first_seq");
        generation.Property(row => row.LastSeq).HasColumnName("last_seq");
        generation.Property(row => row.RequestHash).HasColumnName("request_hash");
        generation.Property(row => row.AvailableAfter).HasColumnName("available_after");
        generation.Property(row => row.HeldAfter).HasColumnName("held_after");
        generation.Property(row => row.Member).HasColumnName("member");
    }

    private static void AddEvent(EntityTypeBuilder<EventRow> waiting)
    {
        waiting.ToTable(TableNames.Event);
        waiting.HasKey(row => new { row.AccountId, row.Seq, row.Name }).HasName("pk_ai_credits_event");
        waiting.HasIndex(row => row.DueAt, "ix_ai_credits_event_due");
        waiting.Property(row => row.AccountId).HasColumnName("account_id");
        waiting.Property(row => row.Seq).HasColumnName("seq").ValueGeneratedNever();
        waiting.Property(row => row.Name).HasColumnName("name");
        waiting.Property(row => row.DueAt).HasColumnName("due_at");
        waiting.Property(row => row.Attempts).HasColumnName("attempts");
        waiting.Property(row => row.Body).HasColumnName("body");
    }

    private static void AddResponse(EntityTypeBuilder<ResponseRow> response)
    {
        response.ToTable(TableNames.Response);
        response.HasKey(row => new { row.AccountId, row.Key }).HasName("pk_ai_credits_response");
        response.HasIndex(row => row.Until, "ix_ai_credits_response_until");
        response.Property(row => row.AccountId).HasColumnName("account_id");
        response.Property(row => row.Key).HasColumnName("key");
        response.Property(row => row.RequestHash).HasColumnName("request_hash");
        response.Property(row => row.Until).HasColumnName("until");
        response.Property(row => row.Status).HasColumnName("status");
        response.Property(row => row.Headers).HasColumnName("headers");
        response.Property(row => row.Body).HasColumnName("body");
    }

    private static void AddGuests(ModelBuilder modelBuilder, string isUnrolled)
    {
        var window = modelBuilder.Entity<GuestWindowRow>();
        window.ToTable(TableNames.GuestWindow);
        window.HasKey(row => row.Subject).HasName("pk_ai_credits_guest_window");
        window.HasIndex(row => row.OpenedAt, "ix_ai_credits_guest_window_opened");
        window.Property(row => row.Subject).HasColumnName("subject");
        window.Property(row => row.OpenedAt).HasColumnName("opened_at");

        var use = modelBuilder.Entity<GuestUseRow>();
        use.ToTable(TableNames.GuestUse);
        use.HasKey(row => new { row.Subject, row.UseId }).HasName("pk_ai_credits_guest_use");
        use.Property(row => row.Subject).HasColumnName("subject");
        use.Property(row => row.UseId).HasColumnName("use_id").ValueGeneratedNever();
        use.Property(row => row.Count).HasColumnName("count");
        use.Property(row => row.At).HasColumnName("at");
        use.Property(row => row.LeaseUntil).HasColumnName("lease_until");

        var generation = modelBuilder.Entity<GuestGenerationRow>();
        generation.ToTable(TableNames.GuestGeneration);
        generation.HasKey(row => row.GenerationId).HasName("pk_ai_credits_guest_generation");
        generation.HasIndex(row => new { row.GuestId, row.GenerationId }, "ix_ai_credits_guest_generation_guest");
        generation.HasIndex(row => row.LeaseUntil, "ix_ai_credits_guest_generation_running").HasFilter("ended_at is null");
        generation.HasIndex(row => row.PromptExpiresAt, "ix_ai_credits_guest_generation_prompt").HasFilter("prompt is not null");
        generation.HasIndex(row => row.Unrolled, "ix_ai_credits_guest_generation_unrolled").HasFilter(isUnrolled);
        generation.Property(row => row.GenerationId).HasColumnName("generation_id").ValueGeneratedNever();
        generation.Property(row => row.GuestId).HasColumnName("guest_id");
        generation.Property(row => row.Status).HasColumnName("status").HasConversion<int>();
        generation.Property(row => row.Outcome).HasColumnName("outcome").HasConversion<int?>();
        generation.Property(row => row.Model).HasColumnName("model");
        generation.Property(row => row.Count).HasColumnName("count");
        generation.Property(row => row.Price).HasColumnName("price");
        generation.Property(row => row.PriceVersion).HasColumnName("price_version");
        generation.Property(row => row.Prompt).HasColumnName("prompt");
        generation.Property(row => row.PromptExpiresAt).HasColumnName("prompt_expires_at");
        generation.Property(row => row.StartedAt).HasColumnName("started_at");
        generation.Property(row => row.EndedAt).HasColumnName("ended_at");
        generation.Property(row => row.LeaseUntil).HasColumnName("lease_until");
        generation.Property(row => row.Error).HasColumnName("error");
        generation.Property(row => row.ProviderRequestId).HasColumnName("provider_request_id");
        generation.Property(row => row.ProviderCost).HasColumnName("provider_cost");
        generation.Property(row => row.ProviderCurrency).HasColumnName("provider_currency");
        generation.Property(row => row.Unrolled).HasColumnName("unrolled");
        generation.Property(row => row.Rolled).HasColumnName("rolled");

        var claim = modelBuilder.Entity<GuestClaimRow>();
        claim.ToTable(TableNames.GuestClaim);
        claim.HasKey(row => row.GuestId).HasName("pk_ai_credits_guest_claim");
        claim.HasIndex(row => row.AccountId, "ix_ai_credits_guest_claim_account");
        claim.HasIndex(row => row.ClaimedAt, "ix_ai_credits_guest_claim_claimed");
        claim.Property(row => row.GuestId).HasColumnName("guest_id");
        claim.Property(row => row.AccountId).HasColumnName("account_id");
        claim.Property(row => row.ClaimedAt).HasColumnName("claimed_at");
    }

    private static void AddSetting(EntityTypeBuilder<SettingRow> setting)
    {
        setting.ToTable(TableNames.Setting);
        setting.HasKey(row => row.Name).HasName("pk_ai_credits_setting");
        setting.Property(row => row.Name).HasColumnName("name");
        setting.Property(row => row.Value).HasColumnName("value");
    }
}
