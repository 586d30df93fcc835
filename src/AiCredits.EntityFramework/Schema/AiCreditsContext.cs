using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Schema;

/// <summary>The built-in context: nothing but the tables of AiCredits, created and upgraded by its own migrations.</summary>
internal abstract class AiCreditsContext(DbContextOptions options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.AddAiCredits();
}
