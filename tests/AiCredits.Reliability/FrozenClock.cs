using Npgsql;

namespace AiCredits.Reliability;

/// <summary>
/// Sets the time of a PostgreSQL database to the microsecond: a function of the same name stands before the server's own in
/// the search path. So the same commands make the same hashes there as anywhere else.
/// </summary>
internal sealed class FrozenClock(NpgsqlDataSource direct)
{
    /// <summary>Call it before anybody else connects: sessions take over the search path when they begin.</summary>
    public static async Task<FrozenClock> CreateAsync(NpgsqlDataSource direct)
    {
        await using var create = direct.CreateCommand("""
            create schema clock;
            create sequence clock.now minvalue 0 start 0;
            create function clock.clock_timestamp() returns timestamptz language sql volatile as $$ select timestamptz 'epoch' + last_value * interval '1 microsecond' from clock.now $$;
            do $$ begin execute format('alter database %I set search_path = public, clock, pg_catalog', current_database()); end $$;
            """);
        await create.ExecuteNonQueryAsync();
        direct.Clear();
        return new FrozenClock(direct);
    }

    public async Task SetAsync(DateTime utcNow)
    {
        await using var set = direct.CreateCommand("select setval('clock.now', $1)");
        set.Parameters.Add(new NpgsqlParameter<long> { TypedValue = (utcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond });
        await set.ExecuteNonQueryAsync();
    }
}
