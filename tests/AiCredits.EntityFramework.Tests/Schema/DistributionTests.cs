using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Events;
using AiCredits.Guests;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.Teams;
using AiCredits.TestServers;
using AiCredits.Transfers;
using AiCredits.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.EntityFramework.Schema;

/// <summary>
/// The tables and the statements are fit for a database that is spread over many nodes by account: docs/scaling.md says how,
/// and these tests hold it to the truth.
/// </summary>
public sealed partial class DistributionTests(PostgreSqlServer server)
{
    // What looks over all accounts on purpose: sweeps that only find work, each then done account by account, and proofs. They
    // never decide, so that a node that is slow or away delays them and nothing else.
    private static readonly string[] Sweeps =
    [
        "expires_at <= ", "effective_at <= ", "due_at <= ", "sent_at < ", "prompt_expires_at <= ", "until <= ", "until\" <= ", "opened_at < ", "opened_at <= ", "last_at >= ", "seq > 0",

        // What an account has claimed of guests is for its own page, and looked for on every node.
        "guest_claim as a where a.account_id", "guest_generation as a where a.guest_id",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_table_is_distributed_as_the_docs_say_and_every_unique_key_holds_the_column()
    {
        var columns = Distributed();
        using var context = Context();
        var tables = context.Model.GetEntityTypes().ToList();

        tables.Count.ShouldBeGreaterThan(15);
        tables.Select(table => table.GetTableName()!).Where(name => !columns.ContainsKey(name)).ShouldBeEmpty("Say in docs/scaling.md how the table is distributed.");
        columns.Keys.Except(tables.Select(table => table.GetTableName()!)).ShouldBeEmpty("docs/scaling.md distributes a table that is not there.");
        foreach (var table in tables)
        {
            var column = columns[table.GetTableName()!];
            if (column is not null)
            {
                Unique(table).ShouldAllBe(key => key.Contains(column), $"{table.GetTableName()} is distributed by {column}");
            }
        }
    }

    [Fact]
    public void There_are_no_foreign_keys_sequences_or_identity_columns()
    {
        using var context = Context();
        context.Model.GetSequences().ShouldBeEmpty();
        foreach (var table in context.Model.GetEntityTypes())
        {
            table.GetForeignKeys().ShouldBeEmpty(table.GetTableName());
            table.GetProperties().ShouldAllBe(property => property.ValueGenerated == ValueGenerated.Never, table.GetTableName()!);
        }

        var script = context.Database.GenerateCreateScript();
        foreach (var word in (string[])["references ", "serial", "identity", "nextval", "create sequence"])
        {
            script.ShouldNotContain(word, Case.Insensitive);
        }
    }

    [Fact]
    public void Every_statement_of_the_writer_names_the_account_wherever_it_names_a_table()
    {
        var statements = new PostgreSqlStatements(null);
        var texts = typeof(PostgreSqlStatements).GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(property => property.Name != nameof(PostgreSqlStatements.AccountTable))
            .SelectMany(property => property.GetValue(statements) switch
            {
                RowStatement statement => [(Name: $"{property.Name} of many rows", Text: statement.OfMany), (Name: $"{property.Name} of one row", Text: statement.OfOne)],
                string text => ((string Name, string Text)[])[(property.Name, text)],
                var other => throw new InvalidOperationException($"{property.Name} is no statement but {other}."),
            })
            .ToList();

        texts.Count.ShouldBeGreaterThan(45);
        foreach (var (name, text) in texts)
        {
            Misfit(text).ShouldBeNull(name);
        }
    }

    [Theory]
    [InlineData("select * from ai_credits_grant where grant_id = $1")]
    [InlineData("select * from ai_credits_grant as g join ai_credits_hold as h on h.hold_id = g.hold_id where g.account_id = $1")]
    [InlineData("update ai_credits_account set held = 0 where seq = $1")]
    [InlineData("insert into ai_credits_entry (seq, account_id) values ($1, $2)")]
    [InlineData("select nextval('ai_credits_seq') from ai_credits_account where account_id = $1")]
    public void A_statement_across_accounts_is_noticed(string text) => Misfit(text).ShouldNotBeNull();

    /// <remarks>EF tells of every command that it sends; here of those to one database.</remarks>
    [Fact]
    public async Task Every_other_statement_names_the_account_or_only_finds_work()
    {
        await using var database = await TestDatabase.CreateAsync(Provider.PostgreSql, server);
        var sent = new ConcurrentDictionary<string, bool>();
        using (DiagnosticListener.AllListeners.Subscribe(new Sources(database.Name, sent)))
        {
            var host = await AppHost.StartAsync(database.Use);
            sent.Clear();
            await UseEverythingAsync(host.Services);
            await AppHost.DisposeAsync(host);
        }

        var texts = sent.Keys.Where(text => text.Contains("ai_credits_", StringComparison.Ordinal)).ToList();
        texts.Count.ShouldBeGreaterThan(20);
        var misfits = texts.Where(text => Misfit(text) is not null && !Array.Exists(Sweeps, sweep => Plain(text).Contains(sweep, StringComparison.Ordinal))).ToList();
        misfits.ShouldBeEmpty(string.Join("\n\n", misfits.Select(text => $"{Misfit(text)}:\n{text}")));
    }

    private static async Task UseEverythingAsync(IServiceProvider services)
    {
        var store = services.GetRequiredService<ICreditStore>();
        var archive = services.GetRequiredService<ILedgerArchive>();
        var (alice, bob) = (new AccountId("alice"), new AccountId("bob"));
        await store.ExecuteAsync(Commands.Grant(alice, 100), Cancel);
        await services.GetRequiredService<CreditTeams>().SetAsync(alice, "ann", new MemberCaps(10), "set", cancellationToken: Cancel);
        await services.GetRequiredService<CreditTeams>().ListAsync(alice, cancellationToken: Cancel);
        await services.GetRequiredService<CreditTeams>().FindAsync(alice, "ann", Cancel);
        var hold = Commands.Hold(alice, 1);
        await store.ExecuteAsync(hold, Cancel);
        await store.ExecuteAsync(Commands.Capture(alice, hold.HoldId), Cancel);
        await store.GetAccountAsync(alice, Cancel);
        await store.GetEntriesAsync(new EntryQuery(alice) { Kinds = [EntryKind.Grant], Before = 100, From = DateTime.UnixEpoch, To = DateTime.UtcNow }, Cancel);
        await store.GetGenerationsAsync(new GenerationQuery(alice) { Before = Guid.AllBitsSet }, Cancel);
        await store.GetGenerationsAsync(new GenerationQuery(alice) { Member = "ann" }, Cancel);
        await store.FindGenerationAsync(alice, hold.HoldId, Cancel);
        await store.FindGenerationAsync(alice, Guid.AllBitsSet, Cancel);
        await store.SettleDueAsync(10, Cancel);
        await store.ForgetPromptsAsync(10, Cancel);
        await services.GetRequiredService<CreditTransfers>().SendAsync(new TransferCommand(alice, Guid.CreateVersion7(), bob, 5), Cancel);
        await services.GetRequiredService<ITransferStore>().FindTransferAsync(alice, Guid.AllBitsSet, Cancel);
        await services.GetRequiredService<ITransferStore>().GetTransfersAsync(DateTime.UtcNow, 10, Cancel);
        var outbox = services.GetRequiredService<IEventOutbox>();
        var events = await outbox.LeaseAsync(10, TimeSpan.FromMinutes(1), Cancel);
        await outbox.PostponeAsync(events[0], TimeSpan.FromMinutes(1), Cancel);
        await outbox.CompleteAsync(events[1], Cancel);
        var webhooks = services.GetRequiredService<IWebhookOutbox>();
        await webhooks.AddAsync([new WebhookDelivery(alice, 1, "credits_granted", "crm", DateTime.UtcNow.AddMinutes(-1), 0, "{}")], Cancel);
        var delivery = (await webhooks.LeaseAsync("crm", 10, TimeSpan.FromMinutes(1), Cancel)).ShouldHaveSingleItem();
        await webhooks.PostponeAsync(delivery, TimeSpan.FromMinutes(1), Cancel);
        await webhooks.CompleteAsync(delivery, Cancel);
        (await services.GetRequiredService<IntegrityCheck>().RunAsync(cancellationToken: Cancel)).Faults.ShouldBeEmpty();
        (await services.GetRequiredService<IntegrityCheck>().RunRecentAsync(alice, 10, Cancel)).Faults.ShouldBeEmpty();
        await archive.GetAccountsAsync(alice, DateTime.UnixEpoch, 10, Cancel);
        await archive.GetHeadsAsync(alice, 10, Cancel);
        await archive.FindEntryAsync(alice, 1, Cancel);
        var guests = services.GetRequiredService<IGuestLimiter>();
        await guests.ClaimAsync("guest", alice, Cancel);
    }

    /// <summary>What is wrong with a statement; null when each table in it is reached by its account, or by what it is distributed by.</summary>
    private static string? Misfit(string statement)
    {
        var text = Plain(statement);
        if (text.Contains("nextval", StringComparison.Ordinal))
        {
            return "a sequence";
        }

        foreach (Match insert in Inserts().Matches(text))
        {
            if (Distributed().GetValueOrDefault(insert.Groups[1].Value) is { } column && !insert.Groups[2].Value.StartsWith(column, StringComparison.Ordinal))
            {
                return $"an insert into {insert.Groups[1].Value} that doesn't begin with {column}";
            }
        }

        foreach (Match use in Uses().Matches(text))
        {
            if (Distributed().GetValueOrDefault(use.Groups[1].Value) is { } column)
            {
                // The part of the statement in which the table stands: up to the end of its sub-select.
                var part = PartAt(text, use.Index);
                if (!Regex.IsMatch(part, $@"\b{column}\b\s*(=|in \(|= any)") && !part.Contains($"group by {column}", StringComparison.Ordinal))
                {
                    return $"{use.Groups[1].Value} without {column}";
                }
            }
        }

        foreach (Match join in Joins().Matches(text))
        {
            if (!join.Groups[1].Value.Contains("account_id", StringComparison.Ordinal))
            {
                return "a join by something else than the account";
            }
        }

        return null;
    }

    private static string PartAt(string text, int index)
    {
        var depth = 0;
        for (var end = index; end < text.Length; end++)
        {
            depth += text[end] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth < 0)
            {
                // A sub-select may also be reached by what it is joined on.
                return text[index..end] + JoinedOn().Match(text, end);
            }
        }

        return text[index..];
    }

    private static string Plain(string text) => Space().Replace(text.Replace("\"", "", StringComparison.Ordinal).ToLowerInvariant(), " ");

    // Null for tables that every node has whole.
    private static Dictionary<string, string?> Distributed() => distributed ??= Statement().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "scaling.md")))
        .ToDictionary(match => match.Groups[2].Value, match => match.Groups[1].Value == "reference" ? null : match.Groups[3].Value, StringComparer.Ordinal);

    private static Dictionary<string, string?>? distributed;

    private static IEnumerable<string[]> Unique(IEntityType table) => table.GetKeys().Select(key => key.Properties)
        .Concat(table.GetIndexes().Where(index => index.IsUnique).Select(index => index.Properties))
        .Select(properties => properties.Select(property => property.GetColumnName()).ToArray());

    private static PostgreSqlCreditsContext Context()
    {
        var options = new DbContextOptionsBuilder<PostgreSqlCreditsContext>();
        PostgreSqlCreditsContext.Configure(options, "Host=nowhere");
        return new PostgreSqlCreditsContext(options.Options);
    }

    [GeneratedRegex(@"create_(distributed|reference)_table\('(\w+)'(?:, '(\w+)')?")]
    private static partial Regex Statement();

    [GeneratedRegex(@"insert into (ai_credits_\w+) \(([^)]*)\)")]
    private static partial Regex Inserts();

    [GeneratedRegex(@"(?:from|join|update|using) (ai_credits_\w+)\b")]
    private static partial Regex Uses();

    [GeneratedRegex(@"\bjoin [^(]*? on (.*?)(?= (?:where|order|left|inner|cross)|$)")]
    private static partial Regex Joins();

    [GeneratedRegex(@"\G\) as \w+ on [^()]*?(?= where| order| left| inner|$)")]
    private static partial Regex JoinedOn();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    private sealed class Sources(string database, ConcurrentDictionary<string, bool> sent) : IObserver<DiagnosticListener>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == DbLoggerCategory.Name)
            {
                value.Subscribe(new Listener(database, sent), name => name == RelationalEventId.CommandExecuting.Name);
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }

    private sealed class Listener(string database, ConcurrentDictionary<string, bool> sent) : IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Value is CommandEventData data && data.Command.Connection?.Database == database)
            {
                sent[data.Command.CommandText] = true;
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
