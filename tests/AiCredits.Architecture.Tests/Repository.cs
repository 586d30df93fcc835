using System.Reflection;

namespace AiCredits.Architecture;

/// <summary>The sources that this test assembly was built from, and the packages they make.</summary>
internal static class Repository
{
    /// <summary>The packages that other packages may build on, and those that stand alone on Core.</summary>
    public const string Core = "AiCredits.Core";

    public static string Root { get; } = FindRoot();

    /// <summary>Every package: the folders of src/.</summary>
    public static IReadOnlyList<string> Packages { get; } =
        [.. Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).Order()!];

    public static TheoryData<string> PackageNames => [.. Packages];

    public static Assembly Load(string package) => Assembly.Load(package);

    public static string ProjectFile(string package) => Path.Combine(Root, "src", package, package + ".csproj");

    /// <summary>The hand-written sources of a package.</summary>
    public static IEnumerable<string> SourceFiles(string package) => FilesUnder(Path.Combine(Root, "src", package), "*.cs");

    /// <summary>Files under a folder, without build output.</summary>
    public static IEnumerable<string> FilesUnder(string folder, string pattern) => Directory
        .EnumerateFiles(folder, pattern, SearchOption.AllDirectories)
        .Where(file => !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules"))
        .Order(StringComparer.Ordinal);

    public static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AiCredits.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests must run inside the repository: AiCredits.sln was not found.");
    }
}
