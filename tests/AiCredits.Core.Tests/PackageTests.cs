using System.Reflection;

namespace AiCredits;

public sealed class PackageTests
{
    [Fact]
    public void The_assembly_says_which_version_it_is()
    {
        var assembly = Assembly.Load("AiCredits.Core");

        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();

        version.ShouldNotBeNull().InformationalVersion.ShouldNotStartWith("0.");
    }
}
