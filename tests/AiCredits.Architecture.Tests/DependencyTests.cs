using System.Xml.Linq;

namespace AiCredits.Architecture;

/// <summary>Dependencies are a star on Core.</summary>
public sealed class DependencyTests
{
    public static TheoryData<string> Packages => Repository.PackageNames;

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_builds_on_Core_and_on_no_other_package(string package)
    {
        var projects = Items(package, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
        var assemblies = Repository.Load(package).GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => name.StartsWith("AiCredits", StringComparison.Ordinal));

        var others = projects.Concat(assemblies).Distinct().Except(package == Repository.Core ? [] : [Repository.Core]);

        others.ShouldBeEmpty($"{package} may reference {Repository.Core} only.");
    }

    [Fact]
    public void Core_has_only_abstractions_beneath_it()
    {
        var packages = Items(Repository.Core, "PackageReference");
        var frameworks = Items(Repository.Core, "FrameworkReference");
        var assemblies = Repository.Load(Repository.Core).GetReferencedAssemblies().Select(reference => reference.Name!);

        packages.Where(name => !name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)).ShouldBeEmpty();
        frameworks.ShouldBeEmpty();
        assemblies
            .Where(name => !name.StartsWith("System", StringComparison.Ordinal) && !name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Theory]
    [InlineData("AiCredits.AspNetCore", "Microsoft.EntityFrameworkCore", "Npgsql", "Stripe")]
    [InlineData("AiCredits.EntityFramework", "Microsoft.AspNetCore", "Stripe")]
    [InlineData("AiCredits.Stripe", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Npgsql")]
    public void A_package_knows_nothing_of_its_siblings_subjects(string package, params string[] strangers)
    {
        var known = Items(package, "PackageReference")
            .Concat(Items(package, "FrameworkReference"))
            .Concat(Repository.Load(package).GetReferencedAssemblies().Select(reference => reference.Name!));

        known.Where(name => strangers.Any(stranger => name.StartsWith(stranger, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "AiCredits.sln")).Replace('\\', '/');

        Repository.FilesUnder(Repository.Root, "*.csproj")
            .Select(Repository.Relative)
            .Where(project => project.Split('/')[0] is "src" or "samples" or "tests" or "eng")
            .Where(project => !solution.Contains(project, StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_package_shows_its_internals_to_tests_benchmarks_and_migrations_only()
    {
        foreach (var package in Repository.Packages)
        {
            Repository.Load(package)
                .GetCustomAttributesData()
                .Where(attribute => attribute.AttributeType.Name == "InternalsVisibleToAttribute")
                .Select(attribute => (string)attribute.ConstructorArguments[0].Value!)
                .Except([$"{package}.Tests", "AiCredits.EntityFramework.Tests", "AiCredits.Benchmarks", "AiCredits.Migrations", "AiCredits.Reliability"])
                .ShouldBeEmpty(package);
        }
    }

    private static IEnumerable<string> Items(string package, string kind) => XDocument.Load(Repository.ProjectFile(package))
        .Descendants(kind)
        .Select(item => item.Attribute("Include")?.Value)
        .OfType<string>();
}
