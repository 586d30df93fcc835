using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using AiCredits.Ledger;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Endpoints;

/// <summary>Opens exports.</summary>
internal static class Export
{
    /// <summary>Reads the next piece of a list, after the last one of the piece before.</summary>
    public delegate ValueTask<IReadOnlyList<T>> NextPiece<T>(T? last, int size, CancellationToken cancellationToken);

    /// <summary>Reads the first piece, so that a store that can't be reached is still answered with a 503.</summary>
    public static async ValueTask<IResult> OpenAsync<TSource, TItem>(string name, ExportFormat format, NextPiece<TSource> next, Func<TSource, TItem> toItem, CancellationToken cancellationToken)
        where TSource : class
        where TItem : class =>
        new Export<TSource, TItem>(name, format, next, toItem, await next(null, Export<TSource, TItem>.PieceSize, cancellationToken).ConfigureAwait(false));
}

/// <summary>A whole list, read and sent in pieces however long it is.</summary>
internal sealed class Export<TSource, TItem>(string name, ExportFormat format, Export.NextPiece<TSource> next, Func<TSource, TItem> toItem, IReadOnlyList<TSource> first) : IResult
    where TSource : class
    where TItem : class
{
    public const int PieceSize = 500;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    // The columns are the members of the item that JSON shows, in their order.
    private static readonly PropertyInfo[] Columns = [.. typeof(TItem).GetProperties().Where(property => property.GetCustomAttribute<System.Text.Json.Serialization.JsonIgnoreAttribute>() is null)];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var csv = format == ExportFormat.Csv;
        response.ContentType = csv ? "text/csv; charset=utf-8; header=present" : "application/jsonl; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}.{(csv ? "csv" : "jsonl")}\"";
        var text = new StringBuilder();
        if (csv)
        {
            text.AppendJoin(',', Columns.Select(column => JsonNamingPolicy.CamelCase.ConvertName(column.Name))).Append("\r\n");
        }

        var piece = first;
        while (true)
        {
            foreach (var source in piece)
            {
                Append(text, toItem(source));
            }

            await response.WriteAsync(text.ToString(), httpContext.RequestAborted).ConfigureAwait(false);
            if (piece.Count < PieceSize)
            {
                return;
            }

            text.Clear();
            try
            {
                piece = await next(piece[^1], PieceSize, httpContext.RequestAborted).ConfigureAwait(false);
            }
            catch (LedgerUnavailableException)
            {
                // The status is sent: a broken download says what a file that ends early would hide.
                httpContext.Abort();
                return;
            }
        }
    }

    private void Append(StringBuilder text, TItem item)
    {
        if (format == ExportFormat.JsonLines)
        {
            text.Append(JsonSerializer.Serialize(item, Json)).Append('\n');
            return;
        }

        for (var index = 0; index < Columns.Length; index++)
        {
            text.Append(index == 0 ? "" : ",").Append(Field(Columns[index].GetValue(item)));
        }

        text.Append("\r\n");
    }

    private static string Field(object? value) => value switch
    {
        null => "",
        string plain => CsvText.Field(plain),
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => CsvText.Field(JsonSerializer.Serialize(value, Json)),
    };
}
