using Microsoft.Data.Sqlite;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>A prepared statement with parameters <c>?1, ?2, ...</c>, bound in order for each row.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly SqliteCommand command;
    private int bound;

    public SqliteStatement(SqliteConnection connection, string text, int parameters)
    {
        command = connection.CreateCommand();
        command.CommandText = text;
        for (var index = 1; index <= parameters; index++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"?{index}", Value = DBNull.Value });
        }

        command.Prepare();
    }

    public SqliteStatement Bind(string? value) => Set(value);

    public SqliteStatement Bind(long value) => Set(value);

    public SqliteStatement Bind(long? value) => Set(value);

    public SqliteStatement Bind(bool value) => Set(value ? 1L : 0L);

    public SqliteStatement Bind(Guid value) => Set(value);

    public SqliteStatement Bind(Guid? value) => Set(value);

    public SqliteStatement Bind(byte[] value) => Set(value);

    /// <summary>Runs the statement with what was bound and returns how many rows it changed.</summary>
    public int Run()
    {
        bound = 0;
        return command.ExecuteNonQuery();
    }

    /// <summary>Runs the query with what was bound.</summary>
    public SqliteDataReader Read()
    {
        bound = 0;
        return command.ExecuteReader();
    }

    public void Dispose() => command.Dispose();

    private SqliteStatement Set(object? value)
    {
        command.Parameters[bound++].Value = value ?? DBNull.Value;
        return this;
    }
}
