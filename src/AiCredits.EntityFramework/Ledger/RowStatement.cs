namespace AiCredits.EntityFramework.Ledger;

/// <summary>
/// A statement over rows that come as parameters, $1 being the first column: any number of rows from one array per column,
/// or a single row from plain values. The second saves the server the unpacking of arrays, which is more than a third of
/// what a lone command costs it.
/// </summary>
internal sealed record RowStatement(string OfMany, string OfOne)
{
    /// <param name="columns">How many columns the rows have.</param>
    /// <param name="text">The statement, given what to select its rows from.</param>
    public static RowStatement Of(int columns, Func<string, string> text) =>
        new(text($"unnest({Parameters(columns)})"), text($"(values ({Parameters(columns)}))"));

    /// <summary>A look-up, whose rows have a last column more: their position, from 1.</summary>
    /// <param name="columns">How many columns are parameters.</param>
    /// <param name="text">The statement, given what to select its rows from.</param>
    public static RowStatement Asking(int columns, Func<string, string> text) =>
        new(text($"unnest({Parameters(columns)}) with ordinality"), text($"(values ({Parameters(columns)}, 1::bigint))"));

    private static string Parameters(int columns) => string.Join(", ", Enumerable.Range(1, columns).Select(number => $"${number}"));
}
