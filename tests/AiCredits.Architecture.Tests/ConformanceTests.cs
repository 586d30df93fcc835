using AiCredits.Guests;
using AiCredits.Ledger;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AiCredits.Architecture;

/// <summary>No store, no limiter and no payment provider without its conformance suite.</summary>
public sealed class ConformanceTests
{
    private const string StoreSuite = "CreditStoreConformance";
    private const string LimiterSuite = "GuestLimiterConformance";

    // The smaller stores and the payment providers, by their contracts.
    private static readonly Dictionary<string, string> OtherSuites = new()
    {
        ["IPromoCodeStore"] = "PromoCodeStoreConformance",
        ["IReferralStore"] = "ReferralStoreConformance",
        ["ISubscriptionStore"] = "SubscriptionStoreConformance",
        ["ITopUpStore"] = "TopUpStoreConformance",
        ["IPurchaseStore"] = "PurchaseStoreConformance",
        ["IPackStore"] = "PackStoreConformance",
        ["IPaymentProvider"] = "PaymentProviderConformance",
    };

    [Fact]
    public void Every_store_and_limiter_is_proved_by_its_suite()
    {
        var proofs = FindProofs(Repository.FilesUnder(Path.Combine(Repository.Root, "tests"), "*.cs").Select(File.ReadAllText));
        var missing = Implementations().Where(needed => !proofs.Contains(needed)).ToList();

        missing.ShouldBeEmpty("Derive a class from the suite in the store's test project and mark it with [Proves(typeof(TheStore))].");
    }

    [Fact]
    public void There_is_something_to_prove() =>
        Implementations().Select(needed => needed.Suite).Distinct().ShouldBe([StoreSuite, LimiterSuite, .. OtherSuites.Values], ignoreOrder: true);

    [Theory]
    [InlineData("[Proves(typeof(SomeStore))] public sealed class Tests : CreditStoreConformance;", true)]
    [InlineData("[Proves(typeof(SomeStore))] public abstract class Base : CreditStoreConformance; public sealed class Tests : Base;", true)]
    [InlineData("public abstract class Base(int x) : CreditStoreConformance; [Proves(typeof(Other), typeof(SomeStore))] public sealed class Tests() : Base(1);", true)]
    [InlineData("[Proves(typeof(SomeStore))] public abstract class Base : CreditStoreConformance;", false)]
    [InlineData("[Proves(typeof(SomeStore))] public sealed class Tests : GuestLimiterConformance;", false)]
    [InlineData("[Proves(typeof(Other))] public sealed class Tests : CreditStoreConformance;", false)]
    [InlineData("public sealed class Tests : CreditStoreConformance;", false)]
    public void A_suite_that_misses_or_never_runs_is_noticed(string source, bool proved) =>
        FindProofs([source]).Contains(("SomeStore", StoreSuite)).ShouldBe(proved);

    // The ways in which one store writes to different databases are stores of their own.
    private static List<(string Name, string Suite)> Implementations() =>
        [.. Repository.Packages.SelectMany(package => Repository.Load(package).GetTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false } && !type.Name.StartsWith("No", StringComparison.Ordinal)) // which stand for there being none
            .SelectMany(type => type.GetInterfaces().Select(contract => (type.Name, Suite: SuiteOf(contract))))
            .Where(needed => needed.Suite is not null)
            .Select(needed => (needed.Name, needed.Suite!))];

    private static string? SuiteOf(Type contract) =>
        contract == typeof(ICreditStore) || contract.Name == "ILedgerBatchExecutor" ? StoreSuite
        : contract == typeof(IGuestLimiter) ? LimiterSuite
        : OtherSuites.GetValueOrDefault(contract.Name);

    private static HashSet<(string Name, string Suite)> FindProofs(IEnumerable<string> sources)
    {
        var classes = sources
            .SelectMany(source => CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>())
            .GroupBy(one => one.Identifier.Text)
            .ToDictionary(group => group.Key, group => group.ToList());
        var proofs = new HashSet<(string, string)>();
        foreach (var (name, declarations) in classes)
        {
            if (declarations.Any(one => one.Modifiers.Any(SyntaxKind.AbstractKeyword)))
            {
                continue;
            }

            var lineage = LineageOf(name, classes);
            if (lineage.Find(one => one is StoreSuite or LimiterSuite || OtherSuites.ContainsValue(one)) is { } suite)
            {
                proofs.UnionWith(lineage.SelectMany(one => classes.GetValueOrDefault(one, [])).SelectMany(ProvedBy).Select(proved => (proved, suite)));
            }
        }

        return proofs;
    }

    private static List<string> LineageOf(string name, Dictionary<string, List<ClassDeclarationSyntax>> classes)
    {
        var lineage = new List<string>();
        for (string? one = name; one is not null && !lineage.Contains(one);)
        {
            lineage.Add(one);
            one = classes.GetValueOrDefault(one, []).Select(declaration => declaration.BaseList?.Types.FirstOrDefault()?.Type.ToString()).FirstOrDefault(baseName => baseName is not null);
        }

        return lineage;
    }

    private static IEnumerable<string> ProvedBy(ClassDeclarationSyntax declaration) => declaration.AttributeLists
        .SelectMany(list => list.Attributes)
        .Where(attribute => attribute.Name.ToString() == "Proves")
        .SelectMany(attribute => attribute.DescendantNodes().OfType<TypeOfExpressionSyntax>())
        .Select(proved => proved.Type.ToString());
}
