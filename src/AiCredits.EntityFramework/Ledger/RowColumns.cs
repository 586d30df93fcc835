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
    public static RowColumns<TRow> Add(NpgsqlBatch command, RowStatement statement, List<TRow> rows) => Add(command, statement, rows, rows.Count == 1);

    /// <summary>Adds the statement in one of its forms and without rows, to be prepared.</summary>
    public static RowColumns<TRow> AddToPrepare(NpgsqlBatch command, RowStatement statement, bool one) => Add(command, statement, [], one);

    public RowColumns<TRow> Text(Func<TRow, string?> value) => Add(value, NpgsqlDbType.Text);

    public RowColumns<TRow> Long(Func<TRow, long> value) => Add(value, NpgsqlDbType.Bigint);

    public RowColumns<TRow> LongOrNull(Func<TRow, long?> value) => Add(value, NpgsqlDbType.Bigint);

    public RowColumns<TRow> Int(Func<TRow, int> value) => Add(value, NpgsqlDbType.Integer);

    public RowColumns<TRow> IntOrNull(Func<TRow, int?> value) => Add(value, NpgsqlDbType.Integer);

    public RowColumns<TRow> Flag(Func<TRow, bool> value) => Add(value, NpgsqlDbType.Boolean);

    public RowColumns<TRow> Id(Func<TRow, Guid> value) => Add(value, NpgsqlDbType.Uuid);

    public RowColumns<TRow> IdOrNull(Func<TRow, Guid?> value) => Add(value, NpgsqlDbType.Uuid);

    public RowColumns<TRow> Bytes(Func<TRow, ReadOnlyMemory<byte>> value) => Add(value, NpgsqlDbType.Bytea);

    /// <summary>A last parameter for statements that check how many rows they changed.</summary>
    public void Count() => statement.Parameters.Add(new NpgsqlParameter<long> { TypedValue = rows.Count });

    private static RowColumns<TRow> Add(NpgsqlBatch command, RowStatement statement, List<TRow> rows, bool one)
    {
        var added = new NpgsqlBatchCommand(one ? statement.OfOne : statement.OfMany);
        command.BatchCommands.Add(added);
        return new RowColumns<TRow>(added, rows, one);
    }

    private RowColumns<TRow> Add<TValue>(Func<TRow, TValue> value, NpgsqlDbType type)
    {
        if (one)
        {
            statement.Parameters.Add(new NpgsqlParameter<TValue> { TypedValue = rows.Count == 0 ? default : value(rows[0]), NpgsqlDbType = type });
            return this;
        }

        var column = new TValue[rows.Count];
        for (var index = 0; index < column.Length; index++)
        {
            column[index] = value(rows[index]);
        }

        statement.Parameters.Add(new NpgsqlParameter<TValue[]> { TypedValue = column, NpgsqlDbType = NpgsqlDbType.Array | type });
        return this;
    }
}
