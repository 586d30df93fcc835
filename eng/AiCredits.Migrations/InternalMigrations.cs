using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Migrations.Design;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.Migrations;

/// <summary>Writes migrations as internal classes: they are no part of the package's public surface.</summary>
internal sealed class InternalMigrations : IDesignTimeServices
{
    public void ConfigureDesignTimeServices(IServiceCollection serviceCollection) =>
        serviceCollection.AddSingleton<IMigrationsCodeGenerator, Generator>();

#pragma warning disable EF1001 // The generator's constructor takes internal services; there is no other way in.
    private sealed class Generator(MigrationsCodeGeneratorDependencies dependencies, CSharpMigrationsGeneratorDependencies csharp)
        : CSharpMigrationsGenerator(dependencies, csharp)
    {
        public override string GenerateMigration(string? migrationNamespace, string migrationName, IReadOnlyList<MigrationOperation> upOperations, IReadOnlyList<MigrationOperation> downOperations) =>
            base.GenerateMigration(migrationNamespace, migrationName, upOperations, downOperations)
                .Replace("public partial class", "internal sealed partial class", StringComparison.Ordinal);
    }
#pragma warning restore EF1001
}
