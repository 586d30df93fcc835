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
        private const string Key = "pk_ai_credits_analytics_activity";

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // A report sums up every account of its period: from the key alone, the rows lie next to each other.
            migrationBuilder.Sql($"alter table {TableNames.AnalyticsActivity} drop constraint {Key}, add constraint {Key} primary key (grain, start, account_id) include (generations, spent)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql($"alter table {TableNames.AnalyticsActivity} drop constraint {Key}, add constraint {Key} primary key (grain, start, account_id)");
        }
    }
}
