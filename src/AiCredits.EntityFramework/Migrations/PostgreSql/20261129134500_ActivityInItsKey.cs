using AiCredits.EntityFramework.Schema;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AiCredits.EntityFramework.Migrations.PostgreSql
{
    /// <summary>Written by hand: that a key carries columns along is not part of the model, which stays as it was.</summary>
    [DbContext(typeof(PostgreSqlCreditsContext))]
    [Migration("20261129134500_ActivityInItsKey")]
    internal sealed class ActivityInItsKey : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(ActivityIndex.Sql);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(ActivityIndex.Plain);
        }
    }
}
