using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AiCredits.EntityFramework.Migrations.Sqlite
{
    /// <inheritdoc />
    internal sealed partial class Promotions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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

            migrationBuilder.CreateIndex(
                name: "ix_ai_credits_promo_redemption_unfinished",
                table: "ai_credits_promo_redemption",
                column: "at",
                filter: "granted_at is null");

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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ai_credits_promo_code");

            migrationBuilder.DropTable(
                name: "ai_credits_promo_redemption");

            migrationBuilder.DropTable(
                name: "ai_credits_referral");
        }
    }
}
