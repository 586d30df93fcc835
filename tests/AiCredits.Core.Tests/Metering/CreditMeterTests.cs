using AiCredits.Conformance;
using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.Core.Tests.Metering;

/// <summary>Price, hold, generate, settle: the story of a generation as a worker tells it, without HTTP.</summary>
public sealed class CreditMeterTests : IAsyncDisposable
{
    private static readonly AccountId User = new("user");
    private static readonly Caller Account = new Caller.Account(User);
    private static readonly Caller Guest = new Caller.Guest(CoreApp.Guest());
    private static readonly GenerationEnd Success = new() { Outcome = GenerationOutcome.Succeeded };
    private static readonly GenerationEnd Failure = new() { Outcome = GenerationOutcome.Failed, Error = "Out of memory" };
    private readonly CoreApp _app = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_account_gets_its_welcome_credits_and_pays_with_them()
    {
        var ticket = await AdmitAsync(Account, "flux-dev", 2);
        var held = await StateAsync();
        var settlement = await _app.Meter.SettleAsync(ticket, Success, cancellationToken: Cancel);

        (ticket.Remaining, ticket.StartedAt, ticket.ExpiresAt).ShouldBe((48, _app.Clock.GetUtcNow().UtcDateTime, _app.Clock.GetUtcNow().UtcDateTime.AddMinutes(10)));
        (held.Available, held.Held, held.Welcomed).ShouldBe((48, 2, true));
        settlement.ShouldBe(new GenerationSettlement(2, 48, null, Pending: false));
        await LedgerProof.EnsureAsync(_app.Store, User, Cancel);
    }

    [Fact]
    public async Task A_failed_generation_costs_nothing_and_keeps_its_reason()
    {
        var ticket = await AdmitAsync(Account, "nano-banana-pro");

        var settlement = await _app.Meter.SettleAsync(ticket, Failure, cancellationToken: Cancel);

        (settlement.Charged, settlement.Remaining).ShouldBe((0, 50));
        (await GenerationAsync(ticket)).ShouldSatisfyAllConditions(one => one.Status.ShouldBe(GenerationStatus.Failed), one => one.Error.ShouldBe("Out of memory"));
    }

    [Fact]
    public async Task Fifty_welcome_credits_last_for_a_hundred_of_the_cheapest()
    {
        for (var index = 0; index < 100; index++)
        {
            await _app.Meter.SettleAsync(await AdmitAsync(Account, "nano-banana"), Success, cancellationToken: Cancel);
        }

        var refused = (await _app.Meter.HoldAsync(Request(Account, "nano-banana"), Cancel)).ShouldBeOfType<Admission.InsufficientCredits>();
        refused.ShouldBe(new Admission.InsufficientCredits(0.5m, 0, 0, Retryable: false));
    }

    [Fact]
    public async Task Credits_that_are_only_tied_up_make_a_refusal_retryable()
    {
        await AdmitAsync(Account, "flux-dev", 50);

        (await _app.Meter.HoldAsync(Request(Account, "flux-dev"), Cancel)).ShouldBeOfType<Admission.InsufficientCredits>().ShouldBe(new Admission.InsufficientCredits(1, 0, 50, Retryable: true));
    }

    [Fact]
    public async Task Welcome_credits_come_once_however_many_ask_at_once()
    {
        var overviews = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () => await _app.Meter.GetAccountAsync(User, Cancel), Cancel)));

        overviews.ShouldAllBe(overview => overview.State.Available == 50);
        (await _app.Store.GetEntriesAsync(new EntryQuery(User), Cancel)).ShouldHaveSingleItem().Amount.ShouldBe(50);
    }

    [Fact]
    public async Task Welcome_credits_can_expire_and_can_be_turned_off()
    {
        await using var expiring = new CoreApp(new() { ["AiCredits:WelcomeCreditsExpireAfter"] = "7.00:00:00" });
        await using var none = new CoreApp(new() { ["AiCredits:WelcomeCredits"] = "0" });

        (await expiring.Meter.GetAccountAsync(User, Cancel)).NextExpiry.ShouldBe(expiring.Clock.GetUtcNow().UtcDateTime.AddDays(7));
        expiring.Clock.Advance(TimeSpan.FromDays(7));
        (await expiring.Meter.GetAccountAsync(User, Cancel)).State.ShouldSatisfyAllConditions(state => state.Available.ShouldBe(0), state => state.Expired.ShouldBe(50));
        (await none.Meter.GetAccountAsync(User, Cancel)).State.Sequence.ShouldBe(0);
        (await none.Meter.HoldAsync(Request(Account, "flux-dev"), Cancel)).ShouldBeOfType<Admission.InsufficientCredits>();
    }

    [Fact]
    public async Task A_policy_may_withhold_welcome_credits_until_it_says_yes()
    {
        await using var app = new CoreApp(build: builder => builder.UseWelcomePolicy<Gate>());
        var gate = (Gate)app.Get<IWelcomePolicy>();

        (await app.Meter.GetAccountAsync(User, Cancel)).State.Available.ShouldBe(0);
        (await app.Meter.HoldAsync(Request(Account, "flux-dev") with { Key = "request" }, Cancel)).ShouldBeOfType<Admission.InsufficientCredits>();
        gate.Answer = () => true;
        (await app.Meter.HoldAsync(Request(Account, "flux-dev") with { Key = "request" }, Cancel)).ShouldBeOfType<Admission.Admitted>("a refusal before the welcome is not for ever");
    }

    [Fact]
    public async Task A_policy_that_fails_withholds_and_is_logged_and_breaks_nothing()
    {
        await using var app = new CoreApp(build: builder => builder.UseWelcomePolicy<Gate>());
        ((Gate)app.Get<IWelcomePolicy>()).Answer = () => throw new HttpRequestException("The risk service is down.");

        (await app.Meter.GetAccountAsync(User, Cancel)).State.Available.ShouldBe(0);

        app.Logs.GetSnapshot().ShouldContain(record => record.Id.Id == 1004 && record.Exception is HttpRequestException);
    }

    [Fact]
    public async Task A_hold_keeps_its_quote_whatever_happens_to_the_price_list()
    {
        var ticket = await AdmitAsync(Account, "flux-dev");
        var version = ticket.Quote.Version;

        _app.Change("AiCredits:Models:flux-dev:Credits", "9");
        var settlement = await _app.Meter.SettleAsync(ticket, Success, cancellationToken: Cancel);

        settlement.Charged.ShouldBe(1);
        (await GenerationAsync(ticket)).Start.ShouldSatisfyAllConditions(start => start.Price.ShouldBe(1), start => start.PriceVersion.ShouldBe(version));
        (await AdmitAsync(Account, "flux-dev")).Quote.ShouldSatisfyAllConditions(quote => quote.Total.ShouldBe(9), quote => quote.Version.ShouldNotBe(version));
    }

    [Theory]
    [InlineData(GenerationOutcome.Succeeded, 1)]
    [InlineData(GenerationOutcome.Failed, 0)]
    [InlineData(GenerationOutcome.Rejected, 0)]
    [InlineData(GenerationOutcome.ClientGoneBeforeOutput, 0)]
    [InlineData(GenerationOutcome.ClientGoneAfterOutput, 1)]
    [InlineData(GenerationOutcome.TimedOut, 0)]
    [InlineData(GenerationOutcome.Unknown, 0)]
    public async Task The_outcome_decides_what_is_charged(GenerationOutcome outcome, int charged)
    {
        var ticket = await AdmitAsync(Account, "flux-dev");
        var guest = await AdmitAsync(Guest, "flux-dev");

        (await _app.Meter.SettleAsync(ticket, new GenerationEnd { Outcome = outcome }, cancellationToken: Cancel)).Charged.ShouldBe(charged);
        (await _app.Meter.SettleAsync(guest, new GenerationEnd { Outcome = outcome }, cancellationToken: Cancel)).Usage!.Used.ShouldBe(charged);
        (await GenerationAsync(ticket)).Outcome.ShouldBe(outcome);
    }

    [Fact]
    public async Task An_outcome_is_charged_when_the_settings_say_so()
    {
        _app.Change("AiCredits:Outcomes:ChargeRejected", "true");
        var ticket = await AdmitAsync(Account, "flux-dev");

        (await _app.Meter.SettleAsync(ticket, new GenerationEnd { Outcome = GenerationOutcome.Rejected }, cancellationToken: Cancel)).Charged.ShouldBe(1);
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("0.25", "0.25")]
    [InlineData("2", "2")]
    [InlineData("5", "2")]
    public async Task What_it_really_cost_is_charged_and_never_more_than_was_held(string actual, string charged)
    {
        var ticket = await AdmitAsync(Account, "nano-banana-pro");

        var settlement = await _app.Meter.SettleAsync(ticket, Success, Credits.Parse(actual), Cancel);

        (settlement.Charged.ToString(), settlement.Remaining).ShouldBe((charged, 50 - Credits.Parse(charged)));
        (await GenerationAsync(ticket)).Status.ShouldBe(GenerationStatus.Succeeded);
    }

    [Fact]
    public async Task More_than_was_held_is_charged_where_the_settings_allow_it()
    {
        _app.Change("AiCredits:Holds:Overrun", "Extra");
        var ticket = await AdmitAsync(Account, "nano-banana-pro");

        (await _app.Meter.SettleAsync(ticket, Success, 5, Cancel)).Charged.ShouldBe(5);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await _app.Meter.SettleAsync(ticket, Success, -1, Cancel));
    }

    [Fact]
    public async Task The_same_id_or_key_is_admitted_once_and_then_replayed()
    {
        var byId = Request(Account, "flux-dev") with { Id = Guid.CreateVersion7() };
        var byKey = Request(Account, "flux-dev") with { Key = "request-1" };
        var first = (await _app.Meter.HoldAsync(byId, Cancel)).ShouldBeOfType<Admission.Admitted>().Ticket;
        await _app.Meter.HoldAsync(byKey, Cancel);

        (await _app.Meter.HoldAsync(byId, Cancel)).ShouldBeOfType<Admission.Replayed>().ShouldSatisfyAllConditions(one => one.Ticket.Id.ShouldBe(first.Id), one => one.Finished.ShouldBeNull());
        await _app.Meter.SettleAsync(first, Success, cancellationToken: Cancel);
        (await _app.Meter.HoldAsync(byId, Cancel)).ShouldBeOfType<Admission.Replayed>().Finished!.Status.ShouldBe(GenerationStatus.Succeeded);
        (await _app.Meter.HoldAsync(byKey, Cancel)).ShouldBeOfType<Admission.Replayed>();
        (await _app.Meter.HoldAsync(byKey with { Quote = _app.Prices.Find("nano-banana-pro")!.Quote() }, Cancel)).ShouldBeOfType<Admission.KeyConflict>();
        (await StateAsync()).ShouldSatisfyAllConditions(state => state.Held.ShouldBe(1), state => state.Spent.ShouldBe(1));
    }

    [Fact]
    public async Task A_frozen_account_generates_nothing()
    {
        await _app.Meter.GetAccountAsync(User, Cancel);
        await _app.Store.ExecuteAsync(new FreezeCommand(User, true) { Key = "freeze" }, Cancel);

        (await _app.Meter.HoldAsync(Request(Account, "flux-dev"), Cancel)).ShouldBeOfType<Admission.AccountFrozen>();
    }

    [Fact]
    public async Task A_second_settlement_gets_the_first_ones_figures()
    {
        var ticket = await AdmitAsync(Account, "flux-dev");
        var first = await _app.Meter.SettleAsync(ticket, Success, cancellationToken: Cancel);

        (await _app.Meter.SettleAsync(ticket, Failure, cancellationToken: Cancel)).ShouldBe(first);
        (await StateAsync()).Spent.ShouldBe(1);
    }

    [Fact]
    public async Task A_generation_that_outlived_its_hold_is_charged_when_it_delivers()
    {
        var ticket = await AdmitAsync(Account, "flux-dev");
        _app.Clock.Advance(TimeSpan.FromMinutes(11));
        (await StateAsync()).Held.ShouldBe(0);

        (await _app.Meter.SettleAsync(ticket, Success, cancellationToken: Cancel)).ShouldBe(new GenerationSettlement(1, 49, null, Pending: false));
    }

    [Fact]
    public async Task A_late_generation_that_can_not_be_paid_is_not_charged_and_is_logged()
    {
        var ticket = await AdmitAsync(Account, "flux-dev");
        _app.Clock.Advance(TimeSpan.FromMinutes(11));
        await AdmitAsync(Account, "flux-dev", 50);

        (await _app.Meter.SettleAsync(ticket, Success, cancellationToken: Cancel)).Charged.ShouldBe(0);
        _app.Logs.GetSnapshot().ShouldContain(record => record.Id.Id == 1002);
    }

    [Fact]
    public async Task A_lease_and_an_end_policy_come_from_the_request_then_the_model_then_the_settings()
    {
        _app.Change("AiCredits:Models:flux-dev:Lease", "01:00:00");
        _app.Change("AiCredits:Models:flux-dev:OnExpiry", "Capture");
        var start = _app.Clock.GetUtcNow().UtcDateTime;

        (await AdmitAsync(Account, "nano-banana")).ExpiresAt.ShouldBe(start.AddMinutes(10));
        (await AdmitAsync(Account, "flux-dev")).ExpiresAt.ShouldBe(start.AddHours(1));
        var own = (await _app.Meter.HoldAsync(Request(Account, "flux-dev") with { Lease = TimeSpan.FromMinutes(2), OnExpiry = HoldExpiryPolicy.Release }, Cancel)).ShouldBeOfType<Admission.Admitted>().Ticket;
        own.ExpiresAt.ShouldBe(start.AddMinutes(2));
        _app.Clock.Advance(TimeSpan.FromHours(2));
        (await StateAsync()).Spent.ShouldBe(1, "only the hold whose model says so is captured at its end");
    }

    [Fact]
    public async Task A_guest_has_three_generations_and_failures_do_not_count()
    {
        for (var index = 0; index < 3; index++)
        {
            var failed = await AdmitAsync(Guest, "flux-dev");
            (await _app.Meter.SettleAsync(failed, Failure, cancellationToken: Cancel)).Usage!.Used.ShouldBe(index);
            var ticket = await AdmitAsync(Guest, "flux-dev");
            (await _app.Meter.SettleAsync(ticket, Success, cancellationToken: Cancel)).Usage!.Remaining.ShouldBe(2 - index);
        }

        var reached = (await _app.Meter.HoldAsync(Request(Guest, "flux-dev"), Cancel)).ShouldBeOfType<Admission.GuestLimitReached>();
        reached.Usage.ResetsAt.ShouldBe(_app.Clock.GetUtcNow().UtcDateTime.AddHours(24));
        _app.Clock.Advance(TimeSpan.FromHours(24));
        await AdmitAsync(Guest, "flux-dev");
    }

    [Fact]
    public async Task Guests_can_be_shut_out()
    {
        _app.Change("AiCredits:Guests:Enabled", "false");

        (await _app.Meter.HoldAsync(Request(Guest, "flux-dev"), Cancel)).ShouldBeOfType<Admission.SignInRequired>();
    }

    [Fact]
    public async Task A_guest_who_asks_with_a_key_is_told_to_use_an_id() =>
        (await Should.ThrowAsync<ArgumentException>(async () => await _app.Meter.HoldAsync(Request(Guest, "flux-dev") with { Key = "key" }, Cancel))).Message.ShouldContain("Use Id");

    [Fact]
    public async Task Prompts_are_kept_cut_to_length_for_their_time_or_not_at_all()
    {
        _app.Change("AiCredits:Prompts:MaxLength", "5");
        var kept = (await _app.Meter.HoldAsync(Request(Account, "flux-dev") with { Prompt = "a cat on a mat" }, Cancel)).ShouldBeOfType<Admission.Admitted>().Ticket;
        _app.Change("AiCredits:Prompts:Keep", "false");
        var dropped = (await _app.Meter.HoldAsync(Request(Account, "flux-dev") with { Prompt = "a cat on a mat" }, Cancel)).ShouldBeOfType<Admission.Admitted>().Ticket;

        (await GenerationAsync(kept)).Start.ShouldSatisfyAllConditions(start => start.Prompt.ShouldBe("a cat"), start => start.PromptExpiresAt.ShouldBe(_app.Clock.GetUtcNow().UtcDateTime.AddDays(30)));
        (await GenerationAsync(dropped)).Start.Prompt.ShouldBeNull();
    }

    [Fact]
    public async Task Text_from_a_provider_is_made_fit_to_be_kept()
    {
        var ticket = await AdmitAsync(Account, "flux-dev");

        await _app.Meter.SettleAsync(ticket, Failure with { Error = new string('x', 5_000) + "\0", ProviderRequestId = "req\0\uD83D" }, cancellationToken: Cancel);

        (await GenerationAsync(ticket)).ShouldSatisfyAllConditions(one => one.Error!.Length.ShouldBe(500), one => one.ProviderRequestId.ShouldBe("req\uFFFD\uFFFD"));
    }

    [Fact]
    public async Task No_credits_and_no_answer_when_the_store_is_down()
    {
        await using var app = WithUnreliableStore(out var store);
        store().Down = true;

        await Should.ThrowAsync<LedgerUnavailableException>(async () => await app.Meter.HoldAsync(Request(Account, "flux-dev"), Cancel));
    }

    [Fact]
    public async Task A_settlement_that_the_store_can_not_take_is_told_as_pending_and_written_later()
    {
        await using var app = WithUnreliableStore(out var store);
        var ticket = (await app.Meter.HoldAsync(Request(Account, "nano-banana-pro"), Cancel)).ShouldBeOfType<Admission.Admitted>().Ticket;
        var retry = app.Get<SettlementRetry>();
        await retry.StartAsync(Cancel);
        store().Down = true;

        var settlement = await app.Meter.SettleAsync(ticket, Success, 0.5m, Cancel);
        store().Down = false;
        await UntilAsync(app, async () => (await app.Store.GetAccountAsync(User, Cancel)).State.Spent == 0.5m);
        await retry.StopAsync(Cancel);

        settlement.ShouldBe(new GenerationSettlement(0.5m, 49.5m, null, Pending: true));
        app.Logs.GetSnapshot().Select(record => record.Id.Id).ShouldBe([1001, 1010], ignoreOrder: true);
        await LedgerProof.EnsureAsync(app.Store, User, Cancel);
    }

    [Fact]
    public async Task A_settlement_whose_answer_was_lost_is_not_charged_twice()
    {
        await using var app = WithUnreliableStore(out var store);
        var ticket = (await app.Meter.HoldAsync(Request(Account, "flux-dev"), Cancel)).ShouldBeOfType<Admission.Admitted>().Ticket;
        var retry = app.Get<SettlementRetry>();
        await retry.StartAsync(Cancel);
        store().LosesAnswers = true;
        (await app.Meter.SettleAsync(ticket, Success, cancellationToken: Cancel)).Pending.ShouldBeTrue();
        store().LosesAnswers = false;

        await UntilAsync(app, () => Task.FromResult(app.Logs.GetSnapshot().Any(record => record.Id.Id == 1010)));
        await retry.StopAsync(Cancel);

        (await app.Store.GetAccountAsync(User, Cancel)).State.Spent.ShouldBe(1);
    }

    [Fact]
    public async Task Giving_up_the_wait_does_not_give_up_the_settlement()
    {
        var ticket = await AdmitAsync(Account, "flux-dev");
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        try
        {
            await _app.Meter.SettleAsync(ticket, Success, cancellationToken: gone.Token);
        }
        catch (OperationCanceledException)
        {
            // Allowed: the wait was given up.
        }

        await UntilAsync(_app, async () => (await StateAsync()).Spent == 1);
    }

    [Fact]
    public async Task What_happens_is_measured_with_tags_of_few_values()
    {
        using var holds = _app.Measure<long>("aicredits.holds");
        using var generations = _app.Measure<long>("aicredits.generations");
        using var charged = _app.Measure<double>("aicredits.credits.charged");
        using var duration = _app.Measure<double>("aicredits.generation.duration");
        var ticket = await AdmitAsync(Account, "flux-dev");
        _app.Clock.Advance(TimeSpan.FromSeconds(2.5));

        await _app.Meter.SettleAsync(ticket, Success, cancellationToken: Cancel);

        holds.LastMeasurement!.Tags.ShouldBe(new Dictionary<string, object?> { ["model"] = "flux-dev", ["caller"] = "account", ["answer"] = "held" }, ignoreOrder: true);
        generations.LastMeasurement!.Tags.ShouldBe(new Dictionary<string, object?> { ["model"] = "flux-dev", ["caller"] = "account", ["outcome"] = "succeeded" }, ignoreOrder: true);
        charged.LastMeasurement!.Value.ShouldBe(1);
        duration.LastMeasurement!.Value.ShouldBe(2.5);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private GenerationRequest Request(Caller caller, string model, int count = 1) => new(caller, _app.Prices.Find(model)!.Quote(count));

    private async Task<GenerationTicket> AdmitAsync(Caller caller, string model, int count = 1) =>
        (await _app.Meter.HoldAsync(Request(caller, model, count), Cancel)).ShouldBeOfType<Admission.Admitted>().Ticket;

    private async Task<AccountState> StateAsync() => (await _app.Store.GetAccountAsync(User, Cancel)).State;

    private async Task<Generation> GenerationAsync(GenerationTicket ticket) => (await _app.Store.FindGenerationAsync(User, ticket.Id, Cancel)).ShouldNotBeNull();

    private static CoreApp WithUnreliableStore(out Func<UnreliableStore> store)
    {
        var app = new CoreApp(build: builder => builder.Services.AddSingleton<ICreditStore>(services => new UnreliableStore(services.GetRequiredService<MemoryCreditStore>())));
        store = () => (UnreliableStore)app.Store;
        return app;
    }

    // Lets the background work go on: its delays are on the test's clock.
    private static async Task UntilAsync(CoreApp app, Func<Task<bool>> reached)
    {
        for (var rounds = 0; !await reached(); rounds++)
        {
            rounds.ShouldBeLessThan(2_000, "it never came");
            app.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(5, Cancel);
        }
    }

    private sealed class Gate : IWelcomePolicy
    {
        public Func<bool> Answer { get; set; } = () => false;

        public ValueTask<bool> MayGrantAsync(AccountId account, CancellationToken cancellationToken = default) => new(Answer());
    }
}
