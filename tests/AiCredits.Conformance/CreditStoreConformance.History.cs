using AiCredits.Guests;
using AiCredits.Ledger;

namespace AiCredits.Conformance;

/// <summary>Reading: entries, generations, prompts.</summary>
public abstract partial class CreditStoreConformance
{
    [Fact]
    public async Task Entries_come_newest_first_in_pages_without_gap_or_overlap()
    {
        var account = NewAccount();
        for (var index = 0; index < 25; index++)
        {
            await GrantAsync(account, 1);
        }

        var pages = new List<long[]>();
        long? before = null;
        do
        {
            var page = await Store.GetEntriesAsync(new EntryQuery(account) { Before = before, Limit = 10 }, Cancel);
            pages.Add([.. page.Select(entry => entry.Sequence)]);
            before = page.Count == 0 ? null : page[^1].Sequence;
        }
        while (before is not null);

        pages.Select(page => page.Length).ShouldBe([10, 10, 5, 0]);
        pages.SelectMany(page => page).ShouldBe(Enumerable.Range(1, 25).Reverse().Select(sequence => (long)sequence));
    }

    [Fact]
    public async Task Entries_are_filtered_by_kind()
    {
        var account = await NewAccountWith(10);
        var id = NewId();
        await HoldAsync(account, 1, id);
        await CaptureAsync(account, id);
        await HoldAsync(account, 2);

        var entries = await Store.GetEntriesAsync(new EntryQuery(account) { Kinds = [EntryKind.Capture, EntryKind.Grant] }, Cancel);
        var holds = await Store.GetEntriesAsync(new EntryQuery(account) { Kinds = [EntryKind.Hold], Limit = 1 }, Cancel);

        entries.Select(entry => entry.Kind).ShouldBe([EntryKind.Capture, EntryKind.Grant]);
        holds.ShouldHaveSingleItem().Amount.ShouldBe(2);
    }

    [Fact]
    public async Task Entries_are_filtered_by_time_from_inclusive_to_exclusive()
    {
        var account = await NewAccountWith(1);
        await PassAsync(Span);
        await GrantAsync(account, 2);
        await PassAsync(Span);
        await GrantAsync(account, 3);
        var times = (await EntriesAsync(account)).Select(entry => entry.At).ToArray();

        var fromSecond = await Store.GetEntriesAsync(new EntryQuery(account) { From = times[1] }, Cancel);
        var beforeThird = await Store.GetEntriesAsync(new EntryQuery(account) { To = times[2] }, Cancel);
        var onlySecond = await Store.GetEntriesAsync(new EntryQuery(account) { From = times[1], To = times[2] }, Cancel);

        fromSecond.Select(entry => entry.Sequence).ShouldBe([3, 2]);
        beforeThird.Select(entry => entry.Sequence).ShouldBe([2, 1]);
        onlySecond.ShouldHaveSingleItem().Sequence.ShouldBe(2);
        times.ShouldAllBe(time => time.Kind == DateTimeKind.Utc);
    }

    [Fact]
    public async Task Queries_without_bounds_that_make_sense_are_refused()
    {
        var account = NewAccount();

        await Should.ThrowAsync<ArgumentException>(async () => await Store.GetEntriesAsync(new EntryQuery(account) { Limit = 0 }, Cancel));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.GetEntriesAsync(new EntryQuery(account) { Limit = 1_001 }, Cancel));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.GetEntriesAsync(new EntryQuery(account) { From = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Local) }, Cancel));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.GetGenerationsAsync(new GenerationQuery(account) { Limit = 0 }, Cancel));
    }

    [Fact]
    public async Task Earlier_entries_never_change()
    {
        var account = await NewAccountWith(10);
        var id = NewId();
        await HoldAsync(account, 4, id);
        var before = await EntriesAsync(account);

        await CaptureAsync(account, id, 1);
        await Store.ExecuteAsync(new RefundCommand(account, id) { Key = "refund" }, Cancel);

        var after = await EntriesAsync(account);
        for (var index = 0; index < before.Count; index++)
        {
            after[index].Hash.ToArray().ShouldBe(before[index].Hash.ToArray());
            (after[index] with { Hash = default, Slices = [] }).ShouldBe(before[index] with { Hash = default, Slices = [] });
        }
    }

    [Fact]
    public async Task A_running_generation_is_one_row_with_all_that_is_known()
    {
        var account = await NewAccountWith(10);
        var id = NewId();
        var start = new GenerationStart { Model = "flux-dev", Count = 2, PriceVersion = "v7", Prompt = "A cat 🐈 on a mat", PromptExpiresAt = Now.AddDays(30) };

        await Store.ExecuteAsync(new HoldCommand(account, id, 2, TimeSpan.FromDays(1), start), Cancel);

        var generation = (await Store.FindGenerationAsync(account, id, Cancel)).ShouldNotBeNull();
        generation.Status.ShouldBe(GenerationStatus.Running);
        generation.Account.ShouldBe(account);
        generation.Outcome.ShouldBeNull();
        generation.EndedAt.ShouldBeNull();
        generation.Start.ShouldBe(start with { Price = 2 });
        generation.FirstEntry.ShouldBe(2);
        (await Store.GetGenerationsAsync(new GenerationQuery(account), Cancel)).ShouldHaveSingleItem().Id.ShouldBe(id);
    }

    [Fact]
    public async Task A_finished_generation_is_one_row_with_all_that_is_known()
    {
        var account = await NewAccountWith(10);
        var id = NewId();
        await HoldAsync(account, 4, id);
        var startedAt = (await Store.FindGenerationAsync(account, id, Cancel))!.StartedAt;
        var end = new GenerationEnd
        {
            Outcome = GenerationOutcome.ClientGoneAfterOutput,
            Error = "The client went away.",
            ProviderRequestId = "req_1",
            ProviderCostMillionths = 12_345,
            ProviderCurrency = "USD",
        };

        await Store.ExecuteAsync(new CaptureCommand(account, id, 1.5m, end), Cancel);

        var generation = (await Store.FindGenerationAsync(account, id, Cancel)).ShouldNotBeNull();
        generation.Status.ShouldBe(GenerationStatus.Succeeded);
        generation.Outcome.ShouldBe(GenerationOutcome.ClientGoneAfterOutput);
        generation.Start.Price.ShouldBe(4);
        generation.Charged.ShouldBe(1.5m);
        generation.Released.ShouldBe(2.5m);
        generation.Error.ShouldBe("The client went away.");
        generation.ProviderRequestId.ShouldBe("req_1");
        generation.ProviderCostMillionths.ShouldBe(12_345);
        generation.ProviderCurrency.ShouldBe("USD");
        generation.StartedAt.ShouldBe(startedAt);
        generation.EndedAt.ShouldNotBeNull();
        var entries = await EntriesAsync(account);
        entries.Single(entry => entry.Sequence == generation.FirstEntry).Kind.ShouldBe(EntryKind.Hold);
        var last = entries.Single(entry => entry.Sequence == generation.LastEntry);
        last.Kind.ShouldBe(EntryKind.Capture);
        last.HoldId.ShouldBe(id);
        last.At.ShouldBe(generation.EndedAt.Value);
    }

    [Fact]
    public async Task A_generation_that_failed_keeps_its_reason_and_costs_nothing()
    {
        var account = await NewAccountWith(10);
        var id = NewId();
        await HoldAsync(account, 4, id);

        await Store.ExecuteAsync(new ReleaseCommand(account, id, new GenerationEnd { Outcome = GenerationOutcome.Failed, Error = "Out of memory" }), Cancel);

        var generation = (await Store.FindGenerationAsync(account, id, Cancel))!;
        generation.Status.ShouldBe(GenerationStatus.Failed);
        generation.Error.ShouldBe("Out of memory");
        generation.Charged.ShouldBe(0);
        generation.Released.ShouldBe(4);
    }

    [Fact]
    public async Task Generations_come_newest_first_running_and_finished_together_in_pages()
    {
        var account = await NewAccountWith(100);
        var ids = Enumerable.Range(0, 12).Select(index => Guid.CreateVersion7(new DateTimeOffset(Now).AddSeconds(index))).ToArray();
        foreach (var id in ids)
        {
            await HoldAsync(account, 1, id);
        }

        for (var index = 0; index < ids.Length; index += 2)
        {
            await CaptureAsync(account, ids[index]);
        }

        var first = await Store.GetGenerationsAsync(new GenerationQuery(account) { Limit = 5 }, Cancel);
        var second = await Store.GetGenerationsAsync(new GenerationQuery(account) { Limit = 5, Before = first[^1].Id }, Cancel);
        var third = await Store.GetGenerationsAsync(new GenerationQuery(account) { Limit = 5, Before = second[^1].Id }, Cancel);

        first.Concat(second).Concat(third).Select(generation => generation.Id).ShouldBe(ids.Reverse());
        third.Count.ShouldBe(2);
        first.Select(generation => generation.Status).ShouldBe([GenerationStatus.Running, GenerationStatus.Succeeded, GenerationStatus.Running, GenerationStatus.Succeeded, GenerationStatus.Running]);
    }

    [Fact]
    public async Task Generations_of_a_claimed_guest_are_the_accounts_own()
    {
        var account = await NewAccountWith(10);
        var guest = new GuestIdentity($"guest-{NewId():N}", [new GuestSubject($"cookie:{NewId():N}", 3)]);
        var rule = new GuestWindowRule(GuestWindowKind.FromFirstUse, TimeSpan.FromHours(24));
        var (early, late, own) = (Guid.CreateVersion7(new DateTimeOffset(Now)), Guid.CreateVersion7(new DateTimeOffset(Now).AddSeconds(1)), Guid.CreateVersion7(new DateTimeOffset(Now).AddSeconds(2)));
        await Guests.HoldAsync(new GuestHoldRequest(guest, early, rule, TimeSpan.FromMinutes(10), Start(prompt: "early")), Cancel);
        await Guests.SettleAsync(new GuestSettleRequest(guest, early, true, rule, End()), Cancel);
        await Guests.HoldAsync(new GuestHoldRequest(guest, late, rule, TimeSpan.FromMinutes(10), Start(prompt: "late")), Cancel);
        await HoldAsync(account, 1, own);

        (await Store.GetGenerationsAsync(new GenerationQuery(account), Cancel)).ShouldHaveSingleItem();
        (await Store.FindGenerationAsync(account, early, Cancel)).ShouldBeNull();
        (await Guests.ClaimAsync(guest.GuestId, account, Cancel)).ShouldBeTrue();

        var generations = await Store.GetGenerationsAsync(new GenerationQuery(account), Cancel);
        generations.Select(generation => generation.Id).ShouldBe([own, late, early]);
        generations[1].Status.ShouldBe(GenerationStatus.Running);
        generations[2].Status.ShouldBe(GenerationStatus.Succeeded);
        generations[2].GuestId.ShouldBe(guest.GuestId);
        generations[2].Start.Prompt.ShouldBe("early");
        (await Store.FindGenerationAsync(account, early, Cancel)).ShouldNotBeNull().Start.Prompt.ShouldBe("early");
        (await Store.GetGenerationsAsync(new GenerationQuery(account) { Before = late, Limit = 1 }, Cancel)).ShouldHaveSingleItem().Id.ShouldBe(early);
    }

    [Fact]
    public async Task Prompts_are_forgotten_when_their_time_is_over_and_not_before()
    {
        var account = await NewAccountWith(10);
        var (over, kept, forever) = (NewId(), NewId(), NewId());
        await HoldWithPromptAsync(over, Now + Span);
        await HoldWithPromptAsync(kept, Now.AddDays(9));
        await HoldWithPromptAsync(forever, null);
        await PassAsync(Span);

        var forgotten = 0;
        for (int some; (some = await Store.ForgetPromptsAsync(100, Cancel)) > 0;)
        {
            forgotten += some;
        }

        forgotten.ShouldBe(1);
        (await Store.FindGenerationAsync(account, over, Cancel))!.Start.Prompt.ShouldBeNull();
        (await Store.FindGenerationAsync(account, kept, Cancel))!.Start.Prompt.ShouldBe("secret");
        (await Store.FindGenerationAsync(account, forever, Cancel))!.Start.Prompt.ShouldBe("secret");
        await ProveAsync(account);

        async Task HoldWithPromptAsync(Guid id, DateTime? until)
        {
            await Store.ExecuteAsync(new HoldCommand(account, id, 1, TimeSpan.FromDays(1), Start(prompt: "secret") with { PromptExpiresAt = until }), Cancel);
            await CaptureAsync(account, id);
        }
    }

    [Fact]
    public async Task A_generation_can_be_refunded_after_its_prompt_was_forgotten_and_stays_forgotten()
    {
        var account = await NewAccountWith(10);
        var id = NewId();
        await Store.ExecuteAsync(new HoldCommand(account, id, 1, TimeSpan.FromDays(1), Start(prompt: "secret") with { PromptExpiresAt = Now + Span }), Cancel);
        await CaptureAsync(account, id);
        await PassAsync(Span);
        await Store.ForgetPromptsAsync(100, Cancel);

        await Store.ExecuteAsync(new RefundCommand(account, id) { Key = "refund" }, Cancel);

        var generation = (await Store.FindGenerationAsync(account, id, Cancel))!;
        generation.Status.ShouldBe(GenerationStatus.Refunded);
        generation.Start.Prompt.ShouldBeNull();
    }
}
