namespace AiCredits.Architecture;

/// <summary>The C# in the documentation compiles.</summary>
public sealed class DocumentationTests
{
    private static readonly string[] Folders = ["docs", "src", "samples", "tests", "eng"];

    [Fact]
    public void Every_block_compiles()
    {
        var pages = Directory.GetFiles(Repository.Root, "*.md")
            .Concat(Folders.SelectMany(folder => Repository.FilesUnder(Path.Combine(Repository.Root, folder), "*.md")));

        var faults = pages.SelectMany(page => CodeBlock.ReadAll(Repository.Relative(page), File.ReadAllText(page)))
            .SelectMany(block => block.Compile())
            .ToList();

        if (faults.Count > 0)
        {
            Assert.Fail($"{string.Join('\n', faults)}\nCONTRIBUTING.md tells the markers that say how a block is compiled.");
        }
    }

    [Fact]
    public void A_block_of_statements_finds_builder_and_app()
    {
        Faults("""
            ```csharp
            builder.Services.AddProblemDetails();
            app.UseExceptionHandler();
            app.MapGet("/", [EndpointName("home")] () => "hello");
            await Task.Yield();
            ```
            """).ShouldBeEmpty();
    }

    [Fact]
    public void A_block_may_declare_them_itself_and_bring_usings_and_types()
    {
        Faults("""
            ```csharp
            using System.Globalization;

            var builder = WebApplication.CreateBuilder(args);
            var app = builder.Build();
            app.MapGet("/", () => new Answer(42.ToString(CultureInfo.InvariantCulture)));
            app.Run();

            internal sealed record Answer(string Text);
            ```
            """).ShouldBeEmpty();
    }

    [Fact]
    public void A_block_of_types_stands_alone()
    {
        Faults("""
            ```csharp
            public sealed class Worker(ILogger<Worker> logger) : BackgroundService
            {
                protected override Task ExecuteAsync(CancellationToken stoppingToken)
                {
                    logger.LogInformation("started");
                    return Task.CompletedTask;
                }
            }
            ```
            """).ShouldBeEmpty();
    }

    [Fact]
    public void A_marker_gives_a_block_more_names()
    {
        Faults("""
            <!-- compile: with IServiceProvider services, Dictionary<string, int> counts -->
            ```csharp
            counts["x"] = services.GetHashCode();
            ```
            """).ShouldBeEmpty();
    }

    [Fact]
    public void A_marker_says_that_a_block_is_members_of_a_class()
    {
        Faults("""
            <!-- compile: members -->
            ```csharp
            private int _count;

            public int Next() => ++_count;
            ```
            """).ShouldBeEmpty();
    }

    [Fact]
    public void A_whole_program_gets_no_names_for_free()
    {
        Faults("""
            <!-- compile: program -->
            ```csharp
            app.Run();
            ```
            """).ShouldHaveSingleItem().ShouldStartWith("page.md(3): CS0103");
    }

    [Fact]
    public void A_fault_is_reported_with_its_line()
    {
        Faults("""
            # Title

            ```csharp
            app.MapGet("/", () => 1);
            app.MapNothing();
            ```
            """).ShouldHaveSingleItem().ShouldStartWith("page.md(5): CS1061");
    }

    [Fact]
    public void A_block_is_skipped_only_for_a_reason()
    {
        Faults("""
            <!-- compile: skip shows a mistake -->
            ```csharp
            nonsense
            ```
            """).ShouldBeEmpty();
        Faults("""
            <!-- compile: skip -->
            ```csharp
            nonsense
            ```
            """).ShouldHaveSingleItem().ShouldContain("reason");
    }

    [Fact]
    public void An_unknown_marker_is_a_fault()
    {
        Faults("""
            <!-- compile: perhaps -->
            ```csharp
            ```
            """).ShouldHaveSingleItem().ShouldContain("perhaps");
    }

    private static List<string> Faults(string markdown) => [.. CodeBlock.ReadAll("page.md", markdown).SelectMany(block => block.Compile())];
}
