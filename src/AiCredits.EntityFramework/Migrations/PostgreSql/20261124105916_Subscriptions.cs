using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AiCredits.EntityFramework.Migrations.PostgreSql
{
    /// <inheritdoc />
    internal sealed partial class Subscriptions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "ai_credits_subscription",
                columns: table => new
                {
                    subscription_id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<string>(type: "text", nullable: false),
                    open_account_id = table.Column<string>(type: "text", nullable: true),
                    provider = table.Column<string>(type: "text", nullable: false),
                    checkout_id = table.Column<string>(type: "text", nullable: true),
                    provider_id = table.Column<string>(type: "text", nullable: true),
                    state = table.Column<int>(type: "integer", nullable: false),
                    due_at = table.Column<long>(type: "bigint", nullable: true),
                    body = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_subscription", x => x.subscription_id);
                });

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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ai_credits_subscription");
        }
    }
}
