using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using AiCredits.Conformance.Model;
using AiCredits.Ledger;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AiCredits.Reliability.Mutation;

/// <summary>The core, compiled from its sources with all mistakes in it, and the comparison with the naive ledger over it.</summary>
internal sealed partial class MutatedKernel
{
    // The decisions of the kernel. What it is called by and what it hands out (events among it) is covered by other tests.
    private static readonly string[] Mutated = ["AccountBook.cs", "AccountBook.Due.cs", "AccountBook.Grants.cs", "AccountBook.Holds.cs", "AccountBook.Settlement.cs", "AccountBook.Slices.cs", "LiveGrant.cs"];
    private static readonly string[] ImplicitUsings = ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];

    private readonly FieldInfo _active;
    private readonly FieldInfo _turns;
    private readonly Func<int, int, string?> _compare;

    private MutatedKernel(Assembly core, Assembly conformance, IReadOnlyDictionary<int, string> mutants, int impossible)
    {
        var mutant = core.GetType("AiCredits.Mutant", throwOnError: true)!;
        (_active, _turns) = (mutant.GetField("Active")!, mutant.GetField("Turns")!);
        _compare = conformance.GetType(typeof(ModelRun).FullName!, throwOnError: true)!.GetMethod(nameof(ModelRun.Find))!.CreateDelegate<Func<int, int, string?>>();
        (Mutants, Impossible) = (mutants, impossible);
    }

    /// <summary>The mistakes by number.</summary>
    public IReadOnlyDictionary<int, string> Mutants { get; }

    /// <summary>How many more the compiler refused.</summary>
    public int Impossible { get; }

    public static MutatedKernel Compile()
    {
        var sources = ReadSources();
        var left = new HashSet<int>();
        for (var attempt = 0; attempt < 12; attempt++)
        {
            var (compilation, mutants) = Compile(sources, left);
            using var image = new MemoryStream();
            var result = compilation.Emit(image);
            if (result.Success)
            {
                image.Position = 0;
                var context = new Context(image);
                return new MutatedKernel(context.Core, context.LoadFromAssemblyPath(typeof(ModelRun).Assembly.Location), mutants, left.Count);
            }

            // The innermost switch around what the compiler doesn't like is left out, and it is asked again.
            var before = left.Count;
            var errors = result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
            foreach (var error in errors)
            {
                left.UnionWith(NumberAt(error.Location));
            }

            if (left.Count == before)
            {
                throw new InvalidOperationException($"The core doesn't compile even without mistakes: {errors[0]}");
            }
        }

        throw new InvalidOperationException("The compiler never had enough.");
    }

    /// <summary>True when a comparison of random histories finds the mistake.</summary>
    public bool IsFound(int mutant, int seed, int histories)
    {
        try
        {
            _active.SetValue(null, mutant);
            for (var history = 0; history < histories; history++)
            {
                _turns.SetValue(null, 0);
                if (_compare(seed + history, history % 4 == 0 ? 200 : 100) is not null)
                {
                    return true;
                }
            }

            return false;
        }
        finally
        {
            _active.SetValue(null, 0);
        }
    }

    private static Dictionary<string, SyntaxTree> ReadSources()
    {
        var folder = Path.Combine(Root(), "src", "AiCredits.Core");
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview);
        var trees = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(folder, file).StartsWith("obj", StringComparison.Ordinal) && !Path.GetRelativePath(folder, file).StartsWith("bin", StringComparison.Ordinal))
            .ToDictionary(
                file => Path.GetRelativePath(folder, file),
                file => CSharpSyntaxTree.Create((CSharpSyntaxNode)new Logless().Visit(CSharpSyntaxTree.ParseText(File.ReadAllText(file), options).GetRoot()), options, file));
        trees["usings"] = CSharpSyntaxTree.ParseText(string.Concat(ImplicitUsings.Select(name => $"global using {name};")), options);
        trees["version"] = CSharpSyntaxTree.ParseText($"[assembly: System.Reflection.AssemblyVersion(\"{typeof(AccountBook).Assembly.GetName().Version}\")]", options);
        trees["switch"] = CSharpSyntaxTree.ParseText(Mutator.Switch, options);
        return trees;
    }

    private static (CSharpCompilation Compilation, Dictionary<int, string> Mutants) Compile(Dictionary<string, SyntaxTree> sources, HashSet<int> left)
    {
        var number = 0;
        var mutants = new Dictionary<int, string>();
        var trees = new List<SyntaxTree>();
        foreach (var (file, tree) in sources.OrderBy(source => source.Key, StringComparer.Ordinal))
        {
            var name = Path.GetFileName(file);
            if (!Mutated.Contains(name))
            {
                trees.Add(tree);
                continue;
            }

            var mutator = new Mutator(name, () => ++number, left);
            trees.Add(tree.WithRootAndOptions(mutator.Visit(tree.GetRoot()), tree.Options));
            foreach (var (key, what) in mutator.Mutants)
            {
                mutants.Add(key, what);
            }
        }

        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => path.EndsWith(".dll", StringComparison.Ordinal) && !Path.GetFileName(path).StartsWith("AiCredits.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true);
        return (CSharpCompilation.Create(typeof(AccountBook).Assembly.GetName().Name, trees, references, options), mutants);
    }

    private static IEnumerable<int> NumberAt(Location location)
    {
        var node = location.SourceTree?.GetRoot().FindNode(location.SourceSpan);
        foreach (var around in node?.AncestorsAndSelf() ?? [])
        {
            var condition = around switch
            {
                ConditionalExpressionSyntax conditional => conditional.Condition.ToString(),
                IfStatementSyntax statement => statement.Condition.ToString(),
                _ => "",
            };
            if (condition.Length < 40 && SwitchNumber().Match(condition) is { Success: true } match)
            {
                return [int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)];
            }
        }

        // A definite assignment that a switch in the same member has made uncertain.
        var member = node?.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().FirstOrDefault();
        return member is null ? [] : SwitchNumber().Matches(member.ToString()).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AiCredits.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The sources are not above the program. Run it from its place in the repository.");
    }

    [GeneratedRegex(@"AiCredits\.Mutant\.On\((\d+)\)")]
    private static partial Regex SwitchNumber();

    /// <summary>Takes the bodies of log methods for empty: their generator doesn't run here.</summary>
    private sealed class Logless : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node) =>
            node.Modifiers.Any(SyntaxKind.PartialKeyword) && node.Body is null && node.ExpressionBody is null
                ? node.WithAttributeLists([])
                    .WithModifiers(SyntaxFactory.TokenList(node.Modifiers.Where(modifier => !modifier.IsKind(SyntaxKind.PartialKeyword))))
                    .WithBody(SyntaxFactory.Block()).WithSemicolonToken(default)
                : base.VisitMethodDeclaration(node);
    }

    /// <summary>Where the mutated core stands in for the real one.</summary>
    private sealed class Context : AssemblyLoadContext
    {
        public Context(Stream core) => Core = LoadFromStream(core);

        public Assembly Core { get; }

        protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name == Core.GetName().Name ? Core : null;
    }
}
