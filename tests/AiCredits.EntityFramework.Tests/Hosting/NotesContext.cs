using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Hosting;

/// <summary>A context as an app has one: its own rows beside the tables of AiCredits, and a rule of its own for saving.</summary>
internal sealed class NotesContext(DbContextOptions<NotesContext> options) : DbContext(options)
{
    public DbSet<Note> Notes => Set<Note>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.AddAiCredits();
}

internal sealed class Note
{
    public int Id { get; set; }

    public required string Text { get; set; }
}
