using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AiCredits.EntityFramework.Migrations.PostgreSql
{
    /// <inheritdoc />
    internal sealed partial class PlanPayments : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "pays_until",
                table: "ai_credits_purchase",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "subscription_id",
                table: "ai_credits_purchase",
                type: "uuid",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "pays_until",
                table: "ai_credits_purchase");

            migrationBuilder.DropColumn(
                name: "subscription_id",
                table: "ai_credits_purchase");
        }
    }
}
