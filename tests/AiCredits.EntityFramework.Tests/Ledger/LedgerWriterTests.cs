using AiCredits.Ledger;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>Queues, batches, retries and faults: what the writer promises whatever the database.</summary>
public sealed class LedgerWriterTests : IAsyncDisposable
{
    private static readonly AccountId Alice = new("alice");
    private static readonly AccountId Bob = new("bob");

    private readonly ScriptedExecutor executor = new();
    private readonly FakeTimeProvider clock = new() { AutoAdvanceAmount = TimeSpan.Zero };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_gathers_during_a_batch_goes_into_the_next_one()
    {
        var gate = Hold();
        await using var writer = NewWriter();
        var first = Touch(writer, Alice);
        await EventuallyAsync(() => executor.Batches.Length == 1);
        var rest = Enumerable.Range(0, 100).Select(_ => Touch(writer, Alice)).ToArray();

        gate.SetResult();
        await first;
        await Task.WhenAll(rest);

        executor.Batches.Select(batch => batch.Length).ShouldBe([1, 100]);
    }

    [Fact]
    public async Task Callers_hear_of_their_answer_only_after_the_batch_is_through()
    {
        var gate = Hold();
        await using var writer = NewWriter();
        var caller = Touch(writer, Alice);
        await EventuallyAsync(() => executor.Batches.Length == 1);

        caller.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        await caller;
    }

    [Fact]
    public async Task A_caller_who_blocks_holds_up_nobody_else()
    {
        // Without the gate the answer may be there before the continuation, which would then block this thread instead.
        var gate = Hold();
        await using var writer = NewWriter();
        using var stuck = new ManualResetEventSlim();
        var blocked = Touch(writer, Alice).ContinueWith(_ => stuck.Wait(Cancel), Cancel, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        gate.SetResult();

        await Touch(writer, Alice);

        stuck.Set();
        await blocked;
    }

    [Fact]
    public async Task A_batch_has_a_limit()
    {
        var gate = Hold();
        await using var writer = NewWriter(new LedgerWriterOptions { BatchSize = 10 });
        var callers = Enumerable.Range(0, 35).Select(_ => Touch(writer, Alice)).ToArray();

        gate.SetResult();
        await Task.WhenAll(callers);

        executor.Batches.ShouldAllBe(batch => batch.Length <= 10);
    }

    [Fact]
    public async Task Accounts_take_turns()
    {
        var gate = Hold();
        await using var writer = NewWriter(new LedgerWriterOptions { BatchSize = 50 });
        var first = Touch(writer, Alice);
        await EventuallyAsync(() => executor.Batches.Length == 1);
        var busy = Enumerable.Range(0, 500).Select(_ => Touch(writer, Alice)).ToArray();
        var others = Enumerable.Range(0, 20).Select(number => Touch(writer, new AccountId($"other-{number}"))).ToArray();

        gate.SetResult();
        await Task.WhenAll([first, .. busy, .. others]);

        executor.Batches[1].Count(command => command.Account != Alice).ShouldBe(20);
        executor.Batches[1].Length.ShouldBe(50);
    }

    [Fact]
    public async Task Commands_of_one_account_keep_their_order()
    {
        var gate = Hold();
        await using var writer = NewWriter(new LedgerWriterOptions { BatchSize = 7 });
        var commands = Enumerable.Range(0, 100).Select(_ => new TouchCommand(Alice)).ToArray();
        var callers = commands.Select(command => writer.ExecuteAsync(command, Cancel).AsTask()).ToArray();

        gate.SetResult();
        await Task.WhenAll(callers);

        var carriedOut = executor.Batches.SelectMany(batch => batch).ToArray();
        carriedOut.Length.ShouldBe(100);
        carriedOut.Zip(commands).ShouldAllBe(pair => ReferenceEquals(pair.First, pair.Second));
    }

    [Fact]
    public async Task A_full_queue_turns_callers_away_with_a_time_to_come_back()
    {
        var gate = Hold();
        await using var writer = NewWriter(new LedgerWriterOptions { QueueCapacity = 10 });
        var first = Touch(writer, Alice);
        await EventuallyAsync(() => executor.Batches.Length == 1);
        var callers = Enumerable.Range(0, 10).Select(number => Touch(writer, new AccountId($"user-{number}"))).ToArray();

        var refused = await Should.ThrowAsync<LedgerUnavailableException>(() => Touch(writer, Bob));

        refused.RetryAfter.ShouldNotBeNull();
        gate.SetResult();
        await Task.WhenAll([first, .. callers]);
        await Touch(writer, Bob);
    }

    [Fact]
    public async Task One_account_fills_at_most_half_of_the_queue()
    {
        var gate = Hold();
        await using var writer = NewWriter(new LedgerWriterOptions { QueueCapacity = 10 });
        var first = Touch(writer, Alice);
        await EventuallyAsync(() => executor.Batches.Length == 1);
        var callers = Enumerable.Range(0, 5).Select(_ => Touch(writer, Alice)).ToArray();

        await Should.ThrowAsync<LedgerUnavailableException>(() => Touch(writer, Alice));
        var other = Touch(writer, Bob);

        gate.SetResult();
        await Task.WhenAll([first, .. callers, other]);
    }

    [Fact]
    public async Task Cancelling_gives_up_the_wait_and_not_the_command()
    {
        var gate = Hold();
        await using var writer = NewWriter();
        using var patience = new CancellationTokenSource();
        var command = new TouchCommand(Alice);
        var first = Touch(writer, Bob);
        await EventuallyAsync(() => executor.Batches.Length == 1);
        var caller = writer.ExecuteAsync(command, patience.Token).AsTask();

        await patience.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => caller);
        gate.SetResult();
        await first;
        await EventuallyAsync(() => executor.Batches.Length == 2);
        executor.Batches[1].ShouldHaveSingleItem().ShouldBeSameAs(command);
    }

    [Fact]
    public async Task A_command_that_comes_cancelled_is_not_carried_out()
    {
        await using var writer = NewWriter();

        await Should.ThrowAsync<OperationCanceledException>(async () => await writer.ExecuteAsync(new TouchCommand(Alice), new CancellationToken(canceled: true)));

        await Touch(writer, Alice);
        executor.Batches.ShouldHaveSingleItem().Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_command_that_can_never_be_right_is_refused_at_once()
    {
        await using var writer = NewWriter();

        await Should.ThrowAsync<ArgumentException>(async () => await writer.ExecuteAsync(Commands.Hold(Alice, -1), Cancel));

        executor.Batches.ShouldBeEmpty();
    }

    [Fact]
    public async Task Disposing_carries_out_what_is_queued_and_turns_away_what_comes_later()
    {
        var gate = Hold();
        var writer = NewWriter(new LedgerWriterOptions { BatchSize = 10 });
        var callers = Enumerable.Range(0, 100).Select(_ => Touch(writer, Alice)).ToArray();

        var disposal = writer.DisposeAsync().AsTask();
        await Should.ThrowAsync<LedgerUnavailableException>(() => Touch(writer, Alice));
        executor.IsDisposed.ShouldBeFalse();
        gate.SetResult();
        await disposal;

        await Task.WhenAll(callers);
        executor.IsDisposed.ShouldBeTrue();
    }

    [Fact]
    public async Task Disposing_during_an_outage_tries_once_and_not_batch_after_batch()
    {
        executor.Script = _ => throw new IOException("The line is dead.");
        var writer = NewWriter(new LedgerWriterOptions { BatchSize = 1, Attempts = 1 });
        await Should.ThrowAsync<LedgerUnavailableException>(() => Touch(writer, Alice));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        executor.Script = async _ =>
        {
            await gate.Task;
            throw new IOException("The line is dead.");
        };
        var callers = Enumerable.Range(0, 50).Select(_ => Touch(writer, Alice)).ToArray();
        await EventuallyAsync(() => executor.Batches.Length == 2);

        var disposal = writer.DisposeAsync().AsTask();
        gate.SetResult();
        await disposal;

        executor.Batches.Length.ShouldBe(2);
        foreach (var caller in callers)
        {
            await Should.ThrowAsync<LedgerUnavailableException>(() => caller);
        }
    }

    [Fact]
    public async Task A_transient_fault_is_tried_again_with_the_same_commands_and_growing_waits()
    {
        var attempts = new List<DateTimeOffset>();
        executor.Script = _ =>
        {
            attempts.Add(clock.GetUtcNow());
            return attempts.Count <= 3 ? throw new IOException("The line is dead.") : Task.CompletedTask;
        };
        await using var writer = NewWriter();

        await AdvanceUntilDoneAsync(Touch(writer, Alice));

        executor.Batches.Length.ShouldBe(4);
        executor.Batches.ShouldAllBe(batch => ReferenceEquals(batch[0], executor.Batches[0][0]));
        var waits = attempts.Zip(attempts.Skip(1), (before, after) => after - before).ToArray();
        waits[1].ShouldBeGreaterThan(waits[0]);
        waits[2].ShouldBeGreaterThan(waits[1]);
    }

    [Fact]
    public async Task An_outage_reaches_the_callers_after_the_last_attempt_and_later_ones_at_once_until_it_is_over()
    {
        executor.Script = _ => throw new IOException("The line is dead.");
        await using var writer = NewWriter(new LedgerWriterOptions { Attempts = 3 });

        var outage = await Should.ThrowAsync<LedgerUnavailableException>(() => AdvanceUntilDoneAsync(Touch(writer, Alice)));
        outage.InnerException.ShouldBeOfType<IOException>();
        outage.RetryAfter.ShouldNotBeNull();
        executor.Batches.Length.ShouldBe(3);

        await Should.ThrowAsync<LedgerUnavailableException>(() => Touch(writer, Alice));
        executor.Batches.Length.ShouldBe(4);

        executor.Script = _ => Task.CompletedTask;
        await Touch(writer, Alice);
    }

    [Fact]
    public async Task A_database_that_cannot_be_used_is_neither_tried_again_nor_blamed_on_a_command()
    {
        executor.Script = _ => throw new NotSupportedException("There is no such table.");
        var gate = Hold();
        await using var writer = NewWriter();
        var first = Touch(writer, Bob);
        await EventuallyAsync(() => executor.Batches.Length == 1);
        var callers = Enumerable.Range(0, 10).Select(_ => Touch(writer, Alice)).ToArray();

        executor.Script = _ => throw new NotSupportedException("There is no such table.");
        gate.SetResult();
        await first;

        foreach (var caller in callers)
        {
            (await Should.ThrowAsync<LedgerUnavailableException>(() => caller)).Message.ShouldContain("no such table");
        }

        executor.Batches.Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_command_that_breaks_its_batch_fails_alone()
    {
        var poison = new TouchCommand(Bob);
        var gate = Hold();
        await using var writer = NewWriter();
        var first = Touch(writer, Alice);
        await EventuallyAsync(() => executor.Batches.Length == 1);
        executor.Script = batch => batch.Contains(poison, ReferenceEqualityComparer.Instance) ? throw new FormatException("No such text.") : Task.CompletedTask;
        var before = Enumerable.Range(0, 60).Select(_ => Touch(writer, Alice)).ToArray();
        var poisoned = writer.ExecuteAsync(poison, Cancel).AsTask();
        var after = Enumerable.Range(0, 39).Select(_ => Touch(writer, Bob)).ToArray();

        gate.SetResult();
        await Task.WhenAll([first, .. before, .. after]);

        var exception = await Should.ThrowAsync<InvalidOperationException>(() => poisoned);
        exception.Message.ShouldContain("bob");
        exception.InnerException.ShouldBeOfType<FormatException>();
        executor.Batches.Length.ShouldBeLessThan(20);
    }

    [Fact]
    public async Task A_broken_invariant_closes_its_lane_for_good_and_no_other()
    {
        var two = new ScriptedExecutor { Lanes = 2 };
        var (here, there) = TwoLanes();
        two.Script = batch => batch[0].Account == here ? throw new LedgerInvariantException("The figures don't add up.") : Task.CompletedTask;
        await using var writer = new LedgerWriter(two, new LedgerWriterOptions(), clock, NullLogger<LedgerWriter>.Instance);
        await writer.CheckAsync(Cancel);

        await Should.ThrowAsync<LedgerInvariantException>(() => Touch(writer, here));

        two.Script = _ => Task.CompletedTask;
        (await Should.ThrowAsync<LedgerInvariantException>(() => Touch(writer, here))).Message.ShouldContain("The figures don't add up.");
        (await Should.ThrowAsync<LedgerUnavailableException>(async () => await writer.CheckAsync(Cancel))).Message.ShouldContain("The figures don't add up.");
        await Touch(writer, there);
    }

    [Fact]
    public async Task What_waits_in_a_lane_hears_of_the_broken_invariant_too()
    {
        var gate = Hold();
        await using var writer = NewWriter(new LedgerWriterOptions { BatchSize = 1 });
        var first = Touch(writer, Alice);
        await EventuallyAsync(() => executor.Batches.Length == 1);
        var waiting = Enumerable.Range(0, 5).Select(_ => Touch(writer, Alice)).ToArray();

        executor.Script = _ => throw new LedgerInvariantException("The figures don't add up.");
        gate.SetResult();
        await first;

        foreach (var caller in waiting)
        {
            await Should.ThrowAsync<LedgerInvariantException>(() => caller);
        }

        executor.Batches.Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("alice", 1)]
    [InlineData("bob", 0)]
    [InlineData("carol", 0)]
    [InlineData("user-1", 1)]
    [InlineData("user-2", 0)]
    public void The_lane_of_an_account_never_changes(string account, int lane) =>
        LedgerWriter.LaneOf(new AccountId(account), 2).ShouldBe(lane);

    [Fact]
    public void Accounts_spread_over_the_lanes() =>
        Enumerable.Range(0, 10_000).Sum(number => LedgerWriter.LaneOf(new AccountId($"user-{number}"), 2)).ShouldBeInRange(4_700, 5_300);

    public ValueTask DisposeAsync() => executor.DisposeAsync();

    private static Task<TouchResult> Touch(LedgerWriter writer, AccountId account) => writer.ExecuteAsync(new TouchCommand(account), Cancel).AsTask();

    private static (AccountId Here, AccountId There) TwoLanes()
    {
        var accounts = Enumerable.Range(0, 100).Select(number => new AccountId($"user-{number}")).ToLookup(account => LedgerWriter.LaneOf(account, 2));
        return (accounts[0].First(), accounts[1].First());
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(1, Cancel);
        }
    }

    private LedgerWriter NewWriter(LedgerWriterOptions? options = null) =>
        new(executor, options ?? new LedgerWriterOptions(), clock, NullLogger<LedgerWriter>.Instance);

    /// <summary>Holds up the first batch until the source is set; later ones pass.</summary>
    private TaskCompletionSource Hold()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        executor.Script = _ => gate.Task;
        return gate;
    }

    private async Task AdvanceUntilDoneAsync(Task caller)
    {
        while (!caller.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Delay(1, Cancel);
        }

        await caller;
    }
}
