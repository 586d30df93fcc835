using System.Globalization;

namespace AiCredits.Benchmarks.Ledger;

/// <summary>Prints figures as Markdown.</summary>
internal static class Table
{
    public static void Heading(string title, params string[] columns)
    {
        Console.WriteLine();
        Console.WriteLine($"### {title}");
        Console.WriteLine();
        Row(columns);
        Row([.. columns.Select(_ => "---")]);
    }

    public static void Row(params string[] cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");

    public static void Text(string text)
    {
        Console.WriteLine();
        Console.WriteLine(text);
    }

    public static string Whole(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Precise(double value) => double.IsNaN(value) ? "" : value.ToString("0.00", CultureInfo.InvariantCulture);
}
