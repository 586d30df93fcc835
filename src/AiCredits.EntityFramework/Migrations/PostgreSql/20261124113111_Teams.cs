using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AiCredits.EntityFramework.Migrations.PostgreSql
{
    /// <inheritdoc />
    internal sealed partial class Teams : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "cap",
                table: "ai_credits_refusal",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "resets_at",
                table: "ai_credits_refusal",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "member",
                table: "ai_credits_hold",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "member",
                table: "ai_credits_generation",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "ai_credits_delivery",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "text", nullable: false),
                    seq = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    endpoint = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    due_at = table.Column<long>(type: "bigint", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    body = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_delivery", x => new { x.account_id, x.seq, x.name, x.endpoint });
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_member",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "text", nullable: false),
                    member_id = table.Column<string>(type: "text", nullable: false),
                    daily_cap = table.Column<long>(type: "bigint", nullable: true),
                    monthly_cap = table.Column<long>(type: "bigint", nullable: true),
                    cycle_anchor = table.Column<long>(type: "bigint", nullable: true),
                    removed = table.Column<bool>(type: "boolean", nullable: false),
                    used_in_day = table.Column<long>(type: "bigint", nullable: false),
                    day_from = table.Column<long>(type: "bigint", nullable: false),
                    day_ends_at = table.Column<long>(type: "bigint", nullable: false),
                    used_in_month = table.Column<long>(type: "bigint", nullable: false),
                    month_from = table.Column<long>(type: "bigint", nullable: false),
                    month_ends_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_member", x => new { x.account_id, x.member_id });
                    table.CheckConstraint("ck_ai_credits_member_figures", "used_in_day >= 0 and used_in_month >= 0");
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_transfer",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "text", nullable: false),
                    transfer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    to_account = table.Column<string>(type: "text", nullable: false),
                    sent_at = table.Column<long>(type: "bigint", nullable: false),
                    parts = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_transfer", x => new { x.account_id, x.transfer_id });
                });

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_delivery_due",
                table: "ai_credits_delivery",
                columns: new[] { "endpoint", "due_at" });

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_transfer_sent",
                table: "ai_credits_transfer",
                column: "sent_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ai_credits_delivery");

            migrationBuilder.DropTable(
                name: "ai_credits_member");

            migrationBuilder.DropTable(
                name: "ai_credits_transfer");

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
                name: "member",
                table: "ai_credits_generation");
        }
    }
}
