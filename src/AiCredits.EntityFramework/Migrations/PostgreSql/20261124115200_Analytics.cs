using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AiCredits.EntityFramework.Migrations.PostgreSql
{
    /// <inheritdoc />
    internal sealed partial class Analytics : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "rolled_at",
                table: "ai_credits_guest_generation",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "rolled_outcome",
                table: "ai_credits_guest_generation",
                type: "integer",
                nullable: true);

            // What there is already is counted with the next roll-up.
            migrationBuilder.AddColumn<bool>(
                name: "unrolled",
                table: "ai_credits_guest_generation",
                type: "boolean",
                nullable: false,
                defaultValue: true);

            migrationBuilder.CreateTable(
                name: "ai_credits_analytics",
                columns: table => new
                {
                    grain = table.Column<int>(type: "integer", nullable: false),
                    measure = table.Column<int>(type: "integer", nullable: false),
                    start = table.Column<long>(type: "bigint", nullable: false),
                    model = table.Column<string>(type: "text", nullable: false),
                    detail = table.Column<string>(type: "text", nullable: false),
                    count = table.Column<long>(type: "bigint", nullable: false),
                    amount = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_analytics", x => new { x.grain, x.measure, x.start, x.model, x.detail });
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_analytics_account",
                columns: table => new
                {
                    account_id = table.Column<string>(type: "text", nullable: false),
                    done_seq = table.Column<long>(type: "bigint", nullable: false),
                    first_at = table.Column<long>(type: "bigint", nullable: false),
                    first_purchase_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_analytics_account", x => x.account_id);
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_analytics_activity",
                columns: table => new
                {
                    grain = table.Column<int>(type: "integer", nullable: false),
                    start = table.Column<long>(type: "bigint", nullable: false),
                    account_id = table.Column<string>(type: "text", nullable: false),
                    generations = table.Column<long>(type: "bigint", nullable: false),
                    spent = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_analytics_activity", x => new { x.grain, x.start, x.account_id });
                });

            migrationBuilder.CreateTable(
                name: "ai_credits_analytics_guest",
                columns: table => new
                {
                    guest_id = table.Column<string>(type: "text", nullable: false),
                    first_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ai_credits_analytics_guest", x => x.guest_id);
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

            migrationBuilder.DropIndex(
                name: "ix_ai_credits_guest_generation_unrolled",
                table: "ai_credits_guest_generation");

            migrationBuilder.DropIndex(
                name: "ix_ai_credits_guest_claim_claimed",
                table: "ai_credits_guest_claim");

            migrationBuilder.DropColumn(
                name: "rolled_at",
                table: "ai_credits_guest_generation");

            migrationBuilder.DropColumn(
                name: "rolled_outcome",
                table: "ai_credits_guest_generation");

            migrationBuilder.DropColumn(
                name: "unrolled",
                table: "ai_credits_guest_generation");
        }
    }
}
