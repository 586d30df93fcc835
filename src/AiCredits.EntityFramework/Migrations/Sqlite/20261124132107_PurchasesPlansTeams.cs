using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AiCredits.EntityFramework.Migrations.Sqlite
{
    /// <inheritdoc />
    internal sealed partial class PurchasesPlansTeams : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "cap",
                table: "ai_credits_refusal",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "resets_at",
                table: "ai_credits_refusal",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "member",
                table: "ai_credits_hold",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "rolled",
                table: "ai_credits_guest_generation",
                type: "TEXT",
                nullable: true);

            // What there is already is counted with the next roll-up.
            migrationBuilder.AddColumn<bool>(
                name: "unrolled",
                table: "ai_credits_guest_generation",
                type: "INTEGER",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<string>(
                name: "member",
                table: "ai_credits_generation",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "ai_credits_analytics",
                columns: table => new
                {
                    grain = table.Column<int>(type: "INTEGER", nullable: false),
                    measure = table.Column<int>(type: "INTEGER", nullable: false),
                    start = table.Column<long>(type: "INTEGER", nullable: false),
                    model = table.Column<string>(type: "TEXT", nullable: false),
                    detail = table.Column<string>(type: "TEXT", nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_analytics", x => new { x.grain, x.measure, x.start, x.model, x.detail });
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_analytics_account",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    done_seq = table.Column<long>(type: "INTEGER", nullable: false),
                    first_at = table.Column<long>(type: "INTEGER", nullable: false),
                    first_purchase_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_analytics_account", x => x.account_id);
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_analytics_activity",
                columns: table => new
                {
                    grain = table.Column<int>(type: "INTEGER", nullable: false),
                    start = table.Column<long>(type: "INTEGER", nullable: false),
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    generations = table.Column<long>(type: "INTEGER", nullable: false),
                    spent = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_analytics_activity", x => new { x.grain, x.start, x.account_id });
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_analytics_guest",
                columns: table => new
                {
                    guest_id = table.Column<string>(type: "TEXT", nullable: false),
                    first_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_analytics_guest", x => x.guest_id);
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_delivery",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    body = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_delivery", x => new { x.account_id, x.seq, x.name, x.endpoint });
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_member",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    member_id = table.Column<string>(type: "TEXT", nullable: false),
                    daily_cap = table.Column<long>(type: "INTEGER", nullable: true),
                    monthly_cap = table.Column<long>(type: "INTEGER", nullable: true),
                    cycle_anchor = table.Column<long>(type: "INTEGER", nullable: true),
                    removed = table.Column<bool>(type: "INTEGER", nullable: false),
                    used_in_day = table.Column<long>(type: "INTEGER", nullable: false),
                    day_from = table.Column<long>(type: "INTEGER", nullable: false),
                    day_ends_at = table.Column<long>(type: "INTEGER", nullable: false),
                    used_in_month = table.Column<long>(type: "INTEGER", nullable: false),
                    month_from = table.Column<long>(type: "INTEGER", nullable: false),
                    month_ends_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_member", x => new { x.account_id, x.member_id });
                    table.CheckConstraint("ck_ai_credits_member_figures", "used_in_day >= 0 and used_in_month >= 0");
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_pack",
                columns: table => new
                {
                    pack_id = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    price = table.Column<long>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", nullable: false),
                    credits = table.Column<long>(type: "INTEGER", nullable: false),
                    bonus_credits = table.Column<long>(type: "INTEGER", nullable: false),
                    best_value = table.Column<bool>(type: "INTEGER", nullable: false),
                    retired = table.Column<bool>(type: "INTEGER", nullable: false),
                    changed_by = table.Column<string>(type: "TEXT", nullable: true),
                    reason = table.Column<string>(type: "TEXT", nullable: true),
                    changed_at = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_pack", x => x.pack_id);
                    table.CheckConstraint("ck_ai_credits_pack_figures", "price > 0 and credits > 0 and bonus_credits >= 0 and bonus_credits < credits");
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_promo_code",
                columns: table => new
                {
                    code = table.Column<string>(type: "TEXT", nullable: false),
                    credits = table.Column<long>(type: "INTEGER", nullable: false),
                    max_redemptions = table.Column<int>(type: "INTEGER", nullable: true),
                    max_per_account = table.Column<int>(type: "INTEGER", nullable: false),
                    starts_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ends_at = table.Column<long>(type: "INTEGER", nullable: true),
                    expire_after = table.Column<long>(type: "INTEGER", nullable: true),
                    description = table.Column<string>(type: "TEXT", nullable: true),
                    actor = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    retired = table.Column<bool>(type: "INTEGER", nullable: false),
                    redeemed = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_promo_code", x => x.code);
                    table.CheckConstraint("ck_ai_credits_promo_code_redeemed", "redeemed >= 0 and (max_redemptions is null or redeemed <= max_redemptions)");
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_promo_redemption",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    code = table.Column<string>(type: "TEXT", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    credits = table.Column<long>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    description = table.Column<string>(type: "TEXT", nullable: true),
                    granted_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_promo_redemption", x => new { x.account_id, x.code, x.number });
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_purchase",
                columns: table => new
                {
                    purchase_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    pack_id = table.Column<string>(type: "TEXT", nullable: false),
                    pack_name = table.Column<string>(type: "TEXT", nullable: false),
                    price = table.Column<long>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", nullable: false),
                    credits = table.Column<long>(type: "INTEGER", nullable: false),
                    bonus_credits = table.Column<long>(type: "INTEGER", nullable: false),
                    credits_expire_after = table.Column<long>(type: "INTEGER", nullable: true),
                    provider = table.Column<string>(type: "TEXT", nullable: false),
                    client_key = table.Column<string>(type: "TEXT", nullable: true),
                    status = table.Column<int>(type: "INTEGER", nullable: false),
                    fault = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    paid_at = table.Column<long>(type: "INTEGER", nullable: true),
                    delivered_at = table.Column<long>(type: "INTEGER", nullable: true),
                    changed_at = table.Column<long>(type: "INTEGER", nullable: false),
                    checkout_id = table.Column<string>(type: "TEXT", nullable: true),
                    checkout_url = table.Column<string>(type: "TEXT", nullable: true),
                    checkout_expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    payment_id = table.Column<string>(type: "TEXT", nullable: true),
                    customer_id = table.Column<string>(type: "TEXT", nullable: true),
                    receipt_url = table.Column<string>(type: "TEXT", nullable: true),
                    total = table.Column<long>(type: "INTEGER", nullable: true),
                    total_currency = table.Column<string>(type: "TEXT", nullable: true),
                    refunded = table.Column<long>(type: "INTEGER", nullable: false),
                    disputed = table.Column<long>(type: "INTEGER", nullable: false),
                    disputes_lost = table.Column<long>(type: "INTEGER", nullable: false),
                    fulfilment = table.Column<string>(type: "TEXT", nullable: true),
                    due_at = table.Column<long>(type: "INTEGER", nullable: true),
                    version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_purchase", x => x.purchase_id);
                    table.CheckConstraint("ck_ai_credits_purchase_credits", "credits > 0 and bonus_credits >= 0 and bonus_credits < credits");
                    table.CheckConstraint("ck_ai_credits_purchase_money", "price > 0 and refunded >= 0 and disputed >= 0 and disputes_lost >= 0 and (total is null or refunded + disputed + disputes_lost <= total)");
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_referral",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    code = table.Column<string>(type: "TEXT", nullable: true),
                    has_referred = table.Column<bool>(type: "INTEGER", nullable: false),
                    referrer_id = table.Column<string>(type: "TEXT", nullable: true),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    attached_at = table.Column<long>(type: "INTEGER", nullable: true),
                    purchase_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    earned_at = table.Column<long>(type: "INTEGER", nullable: true),
                    referrer_credits = table.Column<long>(type: "INTEGER", nullable: false),
                    referred_credits = table.Column<long>(type: "INTEGER", nullable: false),
                    credits_expire_at = table.Column<long>(type: "INTEGER", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_referral", x => x.account_id);
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_subscription",
                columns: table => new
                {
                    subscription_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    open_account_id = table.Column<string>(type: "TEXT", nullable: true),
                    provider = table.Column<string>(type: "TEXT", nullable: false),
                    checkout_id = table.Column<string>(type: "TEXT", nullable: true),
                    provider_id = table.Column<string>(type: "TEXT", nullable: true),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    due_at = table.Column<long>(type: "INTEGER", nullable: true),
                    body = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_subscription", x => x.subscription_id);
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_top_up",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    due_at = table.Column<long>(type: "INTEGER", nullable: true),
                    body = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_top_up", x => x.account_id);
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_transfer",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "TEXT", nullable: false),
                    transfer_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    to_account = table.Column<string>(type: "TEXT", nullable: false),
                    sent_at = table.Column<long>(type: "INTEGER", nullable: false),
                    parts = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_transfer", x => new { x.account_id, x.transfer_id });
                });

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_guest_generation_unrolled",
                table: "ai_credits_guest_generation",
                column: "unrolled",
                filter: "unrolled");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_guest_claim_claimed",
                table: "ai_credits_guest_claim",
                column: "claimed_at");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_analytics_guest_first",
                table: "ai_credits_analytics_guest",
                column: "first_at");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_delivery_due",
                table: "ai_credits_delivery",
                columns: new[] { "endpoint", "due_at" });

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_promo_redemption_unfinished",
                table: "ai_credits_promo_redemption",
                column: "at",
                filter: "granted_at is null");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_purchase_account",
                table: "ai_credits_purchase",
                columns: new[] { "account_id", "purchase_id" });

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_purchase_due",
                table: "ai_credits_purchase",
                column: "due_at",
                filter: "due_at is not null");

            migrationBuilder.CreateIndex(
                name: "ux_ai_credits_purchase_checkout",
                table: "ai_credits_purchase",
                columns: new[] { "provider", "checkout_id" },
                unique: true,
                filter: "checkout_id is not null");

            migrationBuilder.CreateIndex(
                name: "ux_ai_credits_purchase_key",
                table: "ai_credits_purchase",
                columns: new[] { "account_id", "client_key" },
                unique: true,
                filter: "client_key is not null");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_referral_code",
                table: "ai_credits_referral",
                column: "code",
                unique: true,
                filter: "code is not null");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_referral_referrer",
                table: "ai_credits_referral",
                column: "referrer_id",
                filter: "referrer_id is not null");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_referral_unfinished",
                table: "ai_credits_referral",
                column: "state",
                filter: "state in (2, 4)");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_subscription_account",
                table: "ai_credits_subscription",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_subscription_checkout",
                table: "ai_credits_subscription",
                column: "checkout_id",
                filter: "checkout_id is not null");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_subscription_due",
                table: "ai_credits_subscription",
                column: "due_at",
                filter: "due_at is not null");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_subscription_open",
                table: "ai_credits_subscription",
                column: "open_account_id",
                unique: true,
                filter: "open_account_id is not null");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_subscription_provider",
                table: "ai_credits_subscription",
                column: "provider_id",
                filter: "provider_id is not null");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_top_up_due",
                table: "ai_credits_top_up",
                column: "due_at",
                filter: "due_at is not null");

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_transfer_sent",
                table: "ai_credits_transfer",
                column: "sent_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ai_credits_analytics");

            migrationBuilder.DropTable(
                name: "ai_credits_analytics_account");

            migrationBuilder.DropTable(
                name: "ai_credits_analytics_activity");

            migrationBuilder.DropTable(
                name: "ai_credits_analytics_guest");

            migrationBuilder.DropTable(
                name: "ai_credits_delivery");

            migrationBuilder.DropTable(
                name: "ai_credits_member");

            migrationBuilder.DropTable(
                name: "ai_credits_pack");

            migrationBuilder.DropTable(
                name: "ai_credits_promo_code");

            migrationBuilder.DropTable(
                name: "ai_credits_promo_redemption");

            migrationBuilder.DropTable(
                name: "ai_credits_purchase");

            migrationBuilder.DropTable(
                name: "ai_credits_referral");

            migrationBuilder.DropTable(
                name: "ai_credits_subscription");

            migrationBuilder.DropTable(
                name: "ai_credits_top_up");

            migrationBuilder.DropTable(
                name: "ai_credits_transfer");

            migrationBuilder.DropIndex(
                name: "ix_ai_credits_guest_generation_unrolled",
                table: "ai_credits_guest_generation");

            migrationBuilder.DropIndex(
                name: "ix_ai_credits_guest_claim_claimed",
                table: "ai_credits_guest_claim");

            migrationBuilder.DropColumn(
                name: "cap",
                table: "ai_credits_refusal");

            migrationBuilder.DropColumn(
                name: "resets_at",
                table: "ai_credits_refusal");

            migrationBuilder.DropColumn(
                name: "member",
                table: "ai_credits_hold");

            migrationBuilder.DropColumn(
                name: "rolled",
                table: "ai_credits_guest_generation");

            migrationBuilder.DropColumn(
                name: "unrolled",
                table: "ai_credits_guest_generation");

            migrationBuilder.DropColumn(
                name: "member",
                table: "ai_credits_generation");
        }
    }
}
