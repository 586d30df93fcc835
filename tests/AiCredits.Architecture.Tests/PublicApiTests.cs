using PublicApiGenerator;

namespace AiCredits.Architecture;

/// <summary>The public API of each package is a text file, so that a change of it is seen in review.</summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Packages => Repository.PackageNames;

    [Theory]
    [MemberData(nameof(Packages))]
    public void The_public_API_is_the_approved_one(string package)
    {
        var file = Path.Combine(Repository.Root, "tests", "AiCredits.Architecture.Tests", "PublicApi", package + ".txt");
        var actual = Repository.Load(package)
            .GeneratePublicApi(new ApiGeneratorOptions
            {
                IncludeAssemblyAttributes = false,
                DenyNamespacePrefixes = [],
                ExcludeAttributes =
                [
                    "System.Runtime.CompilerServices.AsyncStateMachineAttribute",
                    "System.Diagnostics.DebuggerStepThroughAttribute",
                ],
            })
            .ReplaceLineEndings("\n")
            .TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("AICREDITS_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
        }

        var approved = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";

        if (approved != actual)
        {
            Assert.Fail(
                $"The public API of {package} is not what {Repository.Relative(file)} says. If the change is meant, run these tests once with the "
                + $"environment variable AICREDITS_APPROVE=1 and commit the file.\n{Difference(approved, actual)}");
        }
    }

    private static string Difference(string approved, string actual)
    {
        var before = approved.Split('\n');
        var after = actual.Split('\n');
        var lines = string.Join('\n', Unmatched(before, after, "-").Concat(Unmatched(after, before, "+")));
        return lines.Length > 0 ? lines : "the same lines in another order";
    }

    private static IEnumerable<string> Unmatched(string[] lines, string[] others, string sign)
    {
        var left = others.CountBy(line => line).ToDictionary();
        foreach (var line in lines)
        {
            if (left.GetValueOrDefault(line) > 0)
            {
                left[line]--;
            }
            else
            {
                yield return $"{sign} {line}";
            }
        }
    }
}
