using Npgsql;
using NpgsqlTypes;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>The parameters of a <see cref="RowStatement"/>: an array per column, or a value per column of the one row.</summary>
internal readonly struct RowColumns<TRow>
{
    private readonly NpgsqlBatchCommand statement;
    private readonly List<TRow> rows;
    private readonly bool one;

    private RowColumns(NpgsqlBatchCommand statement, List<TRow> rows, bool one)
    {
        this.statement = statement;
        this.rows = rows;
        this.one = one;
    }

    /// <summary>Adds the statement in the form that fits the rows.</summary>
    public static RowColumns<TRow> Add(NpgsqlBatch command, RowStatement statement, List<TRow> rows) =>
        Add(command, rows.Count == 1 ? statement.OfOne : statement.OfMany, rows, rows.Count == 1);

    /// <summary>Adds a statement that is always of one row; without it, to be prepared.</summary>
    public static RowColumns<TRow> AddOne(NpgsqlBatch command, string statement, List<TRow> row) => Add(command, statement, row, one: true);

    /// <summary>Adds the statement in one of its forms and without rows, to be prepared.</summary>
    public static RowColumns<TRow> AddToPrepare(NpgsqlBatch command, RowStatement statement, bool one) => Add(command, one ? statement.OfOne : statement.OfMany, [], one);

    public RowColumns<TRow> Text(Func<TRow, string?> value) => Add(value, NpgsqlDbType.Text);

    public RowColumns<TRow> Long(Func<TRow, long> value) => Add(value, NpgsqlDbType.Bigint);

    public RowColumns<TRow> LongOrNull(Func<TRow, long?> value) => Add(value, NpgsqlDbType.Bigint);

    public RowColumns<TRow> Int(Func<TRow, int> value) => Add(value, NpgsqlDbType.Integer);

    public RowColumns<TRow> IntOrNull(Func<TRow, int?> value) => Add(value, NpgsqlDbType.Integer);

    public RowColumns<TRow> Flag(Func<TRow, bool> value) => Add(value, NpgsqlDbType.Boolean);

    public RowColumns<TRow> Id(Func<TRow, Guid> value) => Add(value, NpgsqlDbType.Uuid);

    public RowColumns<TRow> IdOrNull(Func<TRow, Guid?> value) => Add(value, NpgsqlDbType.Uuid);

    public RowColumns<TRow> Bytes(Func<TRow, ReadOnlyMemory<byte>> value) => Add(value, NpgsqlDbType.Bytea);

    public RowColumns<TRow> Time(Func<TRow, DateTime> value) => Add(value, NpgsqlDbType.TimestampTz);

    /// <summary>A name, number or id, as the rows have it.</summary>
    public RowColumns<TRow> Value<TValue>(Func<TRow, TValue> value) => Add(value, null);

    /// <summary>A last parameter for statements that check how many rows they changed.</summary>
    public void Count() => statement.Parameters.Add(new NpgsqlParameter<long> { TypedValue = rows.Count });

    private static RowColumns<TRow> Add(NpgsqlBatch command, string statement, List<TRow> rows, bool one)
    {
        var added = new NpgsqlBatchCommand(statement);
        command.BatchCommands.Add(added);
        return new RowColumns<TRow>(added, rows, one);
    }

    private RowColumns<TRow> Add<TValue>(Func<TRow, TValue> value, NpgsqlDbType? type)
    {
        if (one)
        {
            return Add(new NpgsqlParameter<TValue> { TypedValue = rows.Count == 0 ? default : value(rows[0]) }, type);
        }

        var column = new TValue[rows.Count];
        for (var index = 0; index < column.Length; index++)
        {
            column[index] = value(rows[index]);
        }

        return Add(new NpgsqlParameter<TValue[]> { TypedValue = column }, NpgsqlDbType.Array | type);
    }

    private RowColumns<TRow> Add(NpgsqlParameter parameter, NpgsqlDbType? type)
    {
        if (type is { } known)
        {
            parameter.NpgsqlDbType = known;
        }

        statement.Parameters.Add(parameter);
        return this;
    }
}
