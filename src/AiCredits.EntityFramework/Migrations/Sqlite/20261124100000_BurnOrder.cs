using AiCredits.EntityFramework.Schema;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AiCredits.EntityFramework.Migrations.Sqlite
{
    /// <summary>Written by hand: an index over expressions is not part of the model, which stays as it was.</summary>
    [DbContext(typeof(SqliteCreditsContext))]
    [Migration("20261124100000_BurnOrder")]
    internal sealed class BurnOrder : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(BurnOrderIndex.Sql);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql($"drop index {BurnOrderIndex.Name}");
        }
    }
}
