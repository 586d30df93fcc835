using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AiCredits.EntityFramework.Migrations.PostgreSql
{
    /// <inheritdoc />
    internal sealed partial class Purchases : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "ai_credits_pack",
                columns: table => new
                {
                    pack_id = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    price = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "text", nullable: false),
                    credits = table.Column<long>(type: "bigint", nullable: false),
                    bonus_credits = table.Column<long>(type: "bigint", nullable: false),
                    best_value = table.Column<bool>(type: "boolean", nullable: false),
                    retired = table.Column<bool>(type: "boolean", nullable: false),
                    changed_by = table.Column<string>(type: "text", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: true),
                    changed_at = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_pack", x => x.pack_id);
                    table.CheckConstraint("ck_ai_credits_pack_figures", "price > 0 and credits > 0 and bonus_credits >= 0 and bonus_credits < credits");
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_purchase",
                columns: table => new
                {
                    purchase_id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<string>(type: "text", nullable: false),
                    pack_id = table.Column<string>(type: "text", nullable: false),
                    pack_name = table.Column<string>(type: "text", nullable: false),
                    price = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "text", nullable: false),
                    credits = table.Column<long>(type: "bigint", nullable: false),
                    bonus_credits = table.Column<long>(type: "bigint", nullable: false),
                    credits_expire_after = table.Column<long>(type: "bigint", nullable: true),
                    provider = table.Column<string>(type: "text", nullable: false),
                    client_key = table.Column<string>(type: "text", nullable: true),
                    status = table.Column<int>(type: "integer", nullable: false),
                    fault = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    paid_at = table.Column<long>(type: "bigint", nullable: true),
                    delivered_at = table.Column<long>(type: "bigint", nullable: true),
                    changed_at = table.Column<long>(type: "bigint", nullable: false),
                    checkout_id = table.Column<string>(type: "text", nullable: true),
                    checkout_url = table.Column<string>(type: "text", nullable: true),
                    checkout_expires_at = table.Column<long>(type: "bigint", nullable: true),
                    payment_id = table.Column<string>(type: "text", nullable: true),
                    customer_id = table.Column<string>(type: "text", nullable: true),
                    receipt_url = table.Column<string>(type: "text", nullable: true),
                    total = table.Column<long>(type: "bigint", nullable: true),
                    total_currency = table.Column<string>(type: "text", nullable: true),
                    refunded = table.Column<long>(type: "bigint", nullable: false),
                    disputed = table.Column<long>(type: "bigint", nullable: false),
                    disputes_lost = table.Column<long>(type: "bigint", nullable: false),
                    fulfilment = table.Column<string>(type: "text", nullable: true),
                    due_at = table.Column<long>(type: "bigint", nullable: true),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_purchase", x => x.purchase_id);
                    table.CheckConstraint("ck_ai_credits_purchase_credits", "credits > 0 and bonus_credits >= 0 and bonus_credits < credits");
                    table.CheckConstraint("ck_ai_credits_purchase_money", "price > 0 and refunded >= 0 and disputed >= 0 and disputes_lost >= 0 and (total is null or refunded + disputed + disputes_lost <= total)");
                });

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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ai_credits_pack");

            migrationBuilder.DropTable(
                name: "ai_credits_purchase");
        }
    }
}
