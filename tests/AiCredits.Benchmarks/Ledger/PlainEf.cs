using Microsoft.EntityFrameworkCore;

namespace AiCredits.Benchmarks.Ledger;

/// <summary>
/// The plainest EF code that keeps the same promises: in each of two transactions SELECT FOR UPDATE, check, change,
/// insert an entry, SaveChanges; a generation row is inserted in the first and updated in the second.
/// </summary>
internal sealed class PlainEf(string connectionString)
{
    private readonly DbContextOptions<PlainContext> options = new DbContextOptionsBuilder<PlainContext>().UseNpgsql(connectionString).Options;

    public async Task CreateAsync(int accounts)
    {
        await using var context = new PlainContext(options);
        await context.Database.EnsureCreatedAsync().ConfigureAwait(false);
        await context.Database.ExecuteSqlAsync($"insert into plain_account select 'user-' || n, 1000000000000, 0 from generate_series(0, {accounts - 1}) n").ConfigureAwait(false);
    }

    public async Task CycleAsync(string account)
    {
        var generation = Guid.CreateVersion7();
        await using (var context = new PlainContext(options))
        {
            await using var transaction = await context.Database.BeginTransactionAsync().ConfigureAwait(false);
            var row = await context.Accounts.FromSql($"select * from plain_account where id = {account} for update").SingleAsync().ConfigureAwait(false);
            if (row.Available < 1_000_000)
            {
                throw new InvalidOperationException("The benchmark ran out of credits.");
            }

            row.Available -= 1_000_000;
            row.Held += 1_000_000;
            context.Generations.Add(new PlainGeneration { Id = generation, AccountId = account, Model = "flux-dev", Amount = 1_000_000, Status = 1, StartedAt = DateTime.UtcNow });
            context.Entries.Add(new PlainEntry { Id = Guid.CreateVersion7(), AccountId = account, Kind = 2, Amount = 1_000_000, BalanceAfter = row.Available, GenerationId = generation, At = DateTime.UtcNow });
            await context.SaveChangesAsync().ConfigureAwait(false);
            await transaction.CommitAsync().ConfigureAwait(false);
        }

        await using (var context = new PlainContext(options))
        {
            await using var transaction = await context.Database.BeginTransactionAsync().ConfigureAwait(false);
            var row = await context.Accounts.FromSql($"select * from plain_account where id = {account} for update").SingleAsync().ConfigureAwait(false);
            var held = await context.Generations.SingleAsync(candidate => candidate.Id == generation).ConfigureAwait(false);
            row.Held -= held.Amount;
            held.Status = 2;
            held.EndedAt = DateTime.UtcNow;
            context.Entries.Add(new PlainEntry { Id = Guid.CreateVersion7(), AccountId = account, Kind = 3, Amount = held.Amount, BalanceAfter = row.Available, GenerationId = generation, At = DateTime.UtcNow });
            await context.SaveChangesAsync().ConfigureAwait(false);
            await transaction.CommitAsync().ConfigureAwait(false);
        }
    }

    private sealed class PlainContext(DbContextOptions<PlainContext> options) : DbContext(options)
    {
        public DbSet<PlainAccount> Accounts => Set<PlainAccount>();

        public DbSet<PlainGeneration> Generations => Set<PlainGeneration>();

        public DbSet<PlainEntry> Entries => Set<PlainEntry>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<PlainAccount>(account =>
            {
                account.ToTable("plain_account");
                account.Property(row => row.Id).HasColumnName("id");
                account.Property(row => row.Available).HasColumnName("available");
                account.Property(row => row.Held).HasColumnName("held");
            });
            modelBuilder.Entity<PlainGeneration>().ToTable("plain_generation");
            modelBuilder.Entity<PlainEntry>().ToTable("plain_entry").HasIndex(entry => new { entry.AccountId, entry.At });
        }
    }

    private sealed class PlainAccount
    {
        public string Id { get; set; } = "";

        public long Available { get; set; }

        public long Held { get; set; }
    }

    private sealed class PlainGeneration
    {
        public Guid Id { get; set; }

        public string AccountId { get; set; } = "";

        public string Model { get; set; } = "";

        public long Amount { get; set; }

        public int Status { get; set; }

        public DateTime StartedAt { get; set; }

        public DateTime? EndedAt { get; set; }
    }

    private sealed class PlainEntry
    {
        public Guid Id { get; set; }

        public string AccountId { get; set; } = "";

        public int Kind { get; set; }

        public long Amount { get; set; }

        public long BalanceAfter { get; set; }

        public Guid GenerationId { get; set; }

        public DateTime At { get; set; }
    }
}
