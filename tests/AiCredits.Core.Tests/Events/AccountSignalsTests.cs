namespace AiCredits.Events;

public sealed class AccountSignalsTests
{
    private static readonly AccountId Ann = new("ann");
    private readonly AccountSignals signals = new();

    [Fact]
    public void Whoever_listens_to_an_account_hears_its_changes_and_no_others()
    {
        var (first, second) = (0, 0);
        using var one = signals.Listen(Ann, () => first++);
        using var two = signals.Listen(Ann, () => second++);

        signals.Changed(Ann);
        signals.Changed(new AccountId("bob"));

        (first, second).ShouldBe((1, 1));
    }

    [Fact]
    public void Whoever_has_left_hears_nothing_and_leaves_nothing_behind()
    {
        var heard = 0;
        var ear = signals.Listen(Ann, () => heard++);
        signals.IsHeard(Ann).ShouldBeTrue();

        ear.Dispose();
        ear.Dispose();
        signals.Changed(Ann);

        heard.ShouldBe(0);
        signals.IsHeard(Ann).ShouldBeFalse();
    }

    [Fact]
    public void Coming_and_going_at_once_loses_nobody()
    {
        var heard = 0;
        using var stays = signals.Listen(Ann, () => Interlocked.Increment(ref heard));

        Parallel.For(0, 1000, _ => signals.Listen(Ann, () => { }).Dispose());
        signals.Changed(Ann);

        heard.ShouldBe(1);
        signals.IsHeard(Ann).ShouldBeTrue();
    }
}
