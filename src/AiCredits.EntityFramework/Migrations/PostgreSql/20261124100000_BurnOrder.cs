using AiCredits.EntityFramework.Schema;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AiCredits.EntityFramework.Migrations.PostgreSql
{
    /// <summary>Written by hand: an index over expressions is not part of the model, which stays as it was.</summary>
    [DbContext(typeof(PostgreSqlCreditsContext))]
    [Migration("20261124100000_BurnOrder")]
    internal sealed class BurnOrder : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(BurnOrderIndex.Sql);

            // Room on each page for the next versions of its rows, so that updating them writes no index.
            migrationBuilder.Sql($"alter table {TableNames.Account} set (fillfactor = 50)");
            migrationBuilder.Sql($"alter table {TableNames.Grant} set (fillfactor = 70)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql($"alter table {TableNames.Grant} reset (fillfactor)");
            migrationBuilder.Sql($"alter table {TableNames.Account} reset (fillfactor)");
            migrationBuilder.Sql($"drop index {BurnOrderIndex.Name}");
        }
    }
}
