using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AiCredits.Architecture;

/// <summary>What is public is closed and easy to find.</summary>
public sealed class PublicTypeTests
{
    public static TheoryData<string> Packages => Repository.PackageNames;

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_public_class_is_sealed_or_abstract_or_static(string package)
    {
        Repository.Load(package).GetExportedTypes()
            .Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false })
            .Select(type => type.FullName)
            .ShouldBeEmpty("Seal them, make them abstract, or make them internal.");
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_file_holds_one_public_type_and_has_its_name(string package)
    {
        var faults = new List<string>();
        foreach (var file in Repository.SourceFiles(package))
        {
            var root = CSharpSyntaxTree.ParseText(File.ReadAllText(file), cancellationToken: TestContext.Current.CancellationToken)
                .GetCompilationUnitRoot(TestContext.Current.CancellationToken);
            var types = root.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
                .OfType<MemberDeclarationSyntax>()
                .Where(member => member.Modifiers.Any(SyntaxKind.PublicKeyword))
                .Select(NamesOf)
                .Where(names => names.Length > 0)
                .DistinctBy(names => names[^1])
                .ToList();
            if (types.Count > 1)
            {
                faults.Add($"{Repository.Relative(file)} holds {string.Join(", ", types.Select(names => names[^1]))}");
            }
            else if (types.Count == 1 && !types[0].Contains(Path.GetFileName(file).Split('.')[0]))
            {
                faults.Add($"{Repository.Relative(file)} holds {types[0][^1]}");
            }
        }

        faults.ShouldBeEmpty();
    }

    // The names that a type's file may have: Outcome<T> lives in Outcome.cs or OutcomeOfT.cs.
    private static string[] NamesOf(MemberDeclarationSyntax member)
    {
        var (name, parameters) = member switch
        {
            TypeDeclarationSyntax type => (type.Identifier.Text, type.TypeParameterList),
            BaseTypeDeclarationSyntax type => (type.Identifier.Text, null),
            DelegateDeclarationSyntax type => (type.Identifier.Text, type.TypeParameterList),
            _ => ("", null),
        };
        if (name.Length == 0)
        {
            return [];
        }

        return parameters is null
            ? [name]
            : [name, name + "Of" + string.Concat(parameters.Parameters.Select(parameter => parameter.Identifier.Text))];
    }
}
