using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.EntityFramework.Hosting;

/// <summary>A context for one piece of work, and the scope that it came from.</summary>
internal readonly struct DatabaseLease(DbContext context, AsyncServiceScope? scope = null) : IAsyncDisposable
{
    public DbContext Context => context;

    public ValueTask DisposeAsync() => scope?.DisposeAsync() ?? context.DisposeAsync();
}
