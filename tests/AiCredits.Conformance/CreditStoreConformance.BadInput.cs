using AiCredits.Ledger;

namespace AiCredits.Conformance;

/// <summary>What can never be right is refused before anything happens; what is merely strange is kept as it is.</summary>
public abstract partial class CreditStoreConformance
{
    /// <summary>Text that must come back exactly as it went in.</summary>
    public static TheoryData<string> StrangeTexts => new(
        "O'Reilly \"; drop table ai_credits_entry; --",
        "\\ % _ {0} $1 ?? @p :p [x] `y`",
        "\u202Eright to left \u05E9\u05DC\u05D5\u05DD",
        "👩‍👩‍👧‍👦 🇦🇹 𝒳",
        "e\u0301 is not \u00E9",
        "ﬁ İı ß Å",
        "\uFFFE\uFFFF\uFEFF",
        " leading and trailing ",
        "NULL");

    [Theory]
    [MemberData(nameof(StrangeTexts))]
    public async Task Strange_text_comes_back_as_it_was(string text)
    {
        var account = new AccountId($"{text}-{NewId()}");
        var id = NewId();
        await Store.ExecuteAsync(new GrantCommand(account, GrantKind.Promotion, 10) { Key = text, Description = text, Actor = text, Reference = text, Models = [text] }, Cancel);
        await Store.ExecuteAsync(new HoldCommand(account, id, 1, TimeSpan.FromDays(1), Start(text, text) with { PriceVersion = text }) { Description = text, Actor = text }, Cancel);
        await Store.ExecuteAsync(new CaptureCommand(account, id, null, End() with { Error = text, ProviderRequestId = text }) { Description = text }, Cancel);

        var entries = await EntriesAsync(account);
        entries.Select(entry => entry.Description).ShouldBe([text, text, text]);
        (entries[0].Key, entries[0].Actor, entries[0].Reference).ShouldBe((text, text, text));
        entries[1].Model.ShouldBe(text);
        var generation = (await Store.FindGenerationAsync(account, id, Cancel))!;
        (generation.Start.Model, generation.Start.Prompt, generation.Start.PriceVersion, generation.Error, generation.ProviderRequestId).ShouldBe((text, text, text, text, text));
        (await Store.GetAccountAsync(account, Cancel)).LiveGrants.Single().Models.ShouldBe([text]);
        (await Store.ExecuteAsync(new GrantCommand(account, GrantKind.Promotion, 10) { Key = text, Reference = text, Models = [text] }, Cancel)).Replayed.ShouldBeTrue();
        await ProveAsync(account);
    }

    [Fact]
    public async Task Free_text_of_several_lines_comes_back_as_it_was()
    {
        var account = NewAccount();
        var text = "one\r\ntwo\n\tthree\u0001\u007F\u2028";

        await Store.ExecuteAsync(new GrantCommand(account, GrantKind.Adjustment, 1) { Key = "key", Description = text }, Cancel);

        (await EntriesAsync(account)).Single().Description.ShouldBe(text);
        await ProveAsync(account);
    }

    [Fact]
    public async Task The_longest_texts_and_the_largest_amount_are_kept()
    {
        var account = new AccountId(new string('a', AccountId.MaxLength - 37) + NewId());
        var key = string.Concat(Enumerable.Repeat("🐈", LedgerCommand.MaxKeyLength / 2));
        var text = new string('\u20AC', LedgerCommand.MaxTextLength);
        var largest = Credits.FromMillionths(LedgerCommand.MaxAmountMillionths);
        var id = NewId();

        await Store.ExecuteAsync(new GrantCommand(account, GrantKind.Adjustment, largest) { Key = key, Description = text, Actor = text, Reference = text }, Cancel);
        await Store.ExecuteAsync(new HoldCommand(account, id, largest, HoldCommand.MaxLease, Start(prompt: new string('p', 100_000))), Cancel);

        var entry = (await EntriesAsync(account))[0];
        (entry.Key, entry.Description, entry.Actor, entry.Reference).ShouldBe((key, text, text, text));
        (await Store.FindGenerationAsync(account, id, Cancel))!.Start.Prompt!.Length.ShouldBe(100_000);
        (await StateAsync(account)).Held.ShouldBe(largest);
        await ProveAsync(account);
    }

    [Fact]
    public async Task The_smallest_amount_is_exact()
    {
        var account = await NewAccountWith(Credits.FromMillionths(3));
        var id = NewId();
        await HoldAsync(account, Credits.FromMillionths(2), id);
        await CaptureAsync(account, id, Credits.FromMillionths(1));

        var state = await StateAsync(account);
        (state.Available.Millionths, state.Spent.Millionths).ShouldBe((2, 1));
        await ProveAsync(account);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(LedgerCommand.MaxAmountMillionths + 1)]
    [InlineData(long.MaxValue)]
    public async Task Amounts_that_can_never_be_right_are_refused(long millionths)
    {
        var account = await NewAccountWith(10);
        var id = NewId();
        await HoldAsync(account, 1, id);
        var amount = Credits.FromMillionths(millionths);

        await RefusedAsync(new GrantCommand(account, GrantKind.Bonus, amount) { Key = "key" });
        await RefusedAsync(new HoldCommand(account, NewId(), amount, TimeSpan.FromMinutes(1), Start()));
        await RefusedAsync(new CaptureCommand(account, id, amount, End()));
        await RefusedAsync(new RevokeCommand(account, 1, amount) { Key = "key" });

        (await KindsAsync(account)).ShouldBe([EntryKind.Grant, EntryKind.Hold]);
        await ProveAsync(account);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("nul\0inside")]
    [InlineData("line\nbreak")]
    [InlineData("tab\tbed")]
    public async Task Keys_that_can_never_be_right_are_refused(string key)
    {
        var account = NewAccount();

        await RefusedAsync(new GrantCommand(account, GrantKind.Bonus, 1) { Key = key });
        await RefusedAsync(new GrantCommand(account, GrantKind.Bonus, 1));
        await RefusedAsync(new GrantCommand(account, GrantKind.Bonus, 1) { Key = new string('k', LedgerCommand.MaxKeyLength + 1) });
        await RefusedAsync(new GrantCommand(account, GrantKind.Bonus, 1) { Key = "lone \uD83D surrogate" });
        await RefusedAsync(new HoldCommand(account, NewId(), 1, TimeSpan.FromMinutes(1), Start()) { Key = key });

        (await EntriesAsync(account)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Text_that_a_database_would_refuse_or_change_is_refused()
    {
        var account = NewAccount();
        foreach (var text in new[] { "nul\0inside", "lone \uD83D high", "lone \uDC00 low", new string('x', LedgerCommand.MaxTextLength + 1) })
        {
            await RefusedAsync(new GrantCommand(account, GrantKind.Bonus, 1) { Key = "key", Description = text });
            await RefusedAsync(new GrantCommand(account, GrantKind.Bonus, 1) { Key = "key", Actor = text });
            await RefusedAsync(new GrantCommand(account, GrantKind.Bonus, 1) { Key = "key", Reference = text });
            await RefusedAsync(new CaptureCommand(account, NewId(), null, End() with { Error = text }));
        }

        await RefusedAsync(new HoldCommand(account, NewId(), 1, TimeSpan.FromMinutes(1), Start(prompt: "nul\0inside")));
        await RefusedAsync(new HoldCommand(account, NewId(), 1, TimeSpan.FromMinutes(1), Start(model: "nul\0inside")));
        (await EntriesAsync(account)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Commands_that_can_never_be_right_are_refused()
    {
        var account = await NewAccountWith(10);

        await RefusedAsync(new GrantCommand(default, GrantKind.Bonus, 1) { Key = "key" });
        await RefusedAsync(new GrantCommand(account, (GrantKind)99, 1) { Key = "key" });
        await RefusedAsync(new GrantCommand(account, GrantKind.Bonus, 1) { Key = "key", EffectiveAt = Now.AddDays(2), ExpiresAt = Now.AddDays(1) });
        await RefusedAsync(new GrantCommand(account, GrantKind.Bonus, 1) { Key = "key", ExpiresAt = DateTime.SpecifyKind(Now.AddDays(1), DateTimeKind.Local) });
        await RefusedAsync(new HoldCommand(account, Guid.Empty, 1, TimeSpan.FromMinutes(1), Start()));
        await RefusedAsync(new HoldCommand(account, NewId(), 1, TimeSpan.Zero, Start()));
        await RefusedAsync(new HoldCommand(account, NewId(), 1, HoldCommand.MaxLease + TimeSpan.FromTicks(1), Start()));
        await RefusedAsync(new CaptureCommand(account, NewId(), null, End()) { Final = false, Key = "key" });
        await RefusedAsync(new CaptureCommand(account, NewId(), 1, End()) { Final = false });
        await RefusedAsync(new RenewCommand(account, NewId(), TimeSpan.FromDays(31)));

        (await KindsAsync(account)).ShouldBe([EntryKind.Grant]);
    }

    [Fact]
    public async Task A_refused_command_leaves_its_neighbours_alone()
    {
        var account = await NewAccountWith(10);

        var tasks = Enumerable.Range(0, 30).Select(async index => index % 3 == 0
            ? await Should.ThrowAsync<ArgumentException>(async () => await Store.ExecuteAsync(new HoldCommand(account, NewId(), 0, TimeSpan.FromMinutes(1), Start()), Cancel)) is null
            : await Store.ExecuteAsync(new HoldCommand(account, NewId(), 0.1m, TimeSpan.FromDays(1), Start()), Cancel) is HoldResult.Held);
        var results = await Task.WhenAll(tasks);

        results.Count(result => result).ShouldBe(20);
        (await StateAsync(account)).Held.ShouldBe(2);
        await ProveAsync(account);
    }

    private async Task RefusedAsync<TResult>(LedgerCommand<TResult> command)
        where TResult : LedgerResult =>
        await Should.ThrowAsync<ArgumentException>(async () => await Store.ExecuteAsync(command, Cancel));
}
