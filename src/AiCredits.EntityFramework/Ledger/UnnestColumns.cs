using Npgsql;
using NpgsqlTypes;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>The parameters of a statement that takes its rows from <c>unnest</c>: one array per column.</summary>
internal readonly struct UnnestColumns<TRow>(NpgsqlBatchCommand statement, List<TRow> rows)
{
    public UnnestColumns<TRow> Text(Func<TRow, string?> value) => Add(value, NpgsqlDbType.Text);

    public UnnestColumns<TRow> Long(Func<TRow, long> value) => Add(value, NpgsqlDbType.Bigint);

    public UnnestColumns<TRow> LongOrNull(Func<TRow, long?> value) => Add(value, NpgsqlDbType.Bigint);

    public UnnestColumns<TRow> Int(Func<TRow, int> value) => Add(value, NpgsqlDbType.Integer);

    public UnnestColumns<TRow> IntOrNull(Func<TRow, int?> value) => Add(value, NpgsqlDbType.Integer);

    public UnnestColumns<TRow> Flag(Func<TRow, bool> value) => Add(value, NpgsqlDbType.Boolean);

    public UnnestColumns<TRow> Id(Func<TRow, Guid> value) => Add(value, NpgsqlDbType.Uuid);

    public UnnestColumns<TRow> IdOrNull(Func<TRow, Guid?> value) => Add(value, NpgsqlDbType.Uuid);

    public UnnestColumns<TRow> Bytes(Func<TRow, ReadOnlyMemory<byte>> value) => Add(value, NpgsqlDbType.Bytea);

    /// <summary>A last parameter for statements that check how many rows they changed.</summary>
    public void Count() => statement.Parameters.Add(new NpgsqlParameter<long> { TypedValue = rows.Count });

    private UnnestColumns<TRow> Add<TValue>(Func<TRow, TValue> value, NpgsqlDbType type)
    {
        var column = new TValue[rows.Count];
        for (var index = 0; index < column.Length; index++)
        {
            column[index] = value(rows[index]);
        }

        statement.Parameters.Add(new NpgsqlParameter<TValue[]> { TypedValue = column, NpgsqlDbType = NpgsqlDbType.Array | type });
        return this;
    }
}
