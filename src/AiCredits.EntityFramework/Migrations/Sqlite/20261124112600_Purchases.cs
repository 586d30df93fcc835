using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AiCredits.EntityFramework.Migrations.Sqlite
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
