using Microsoft.Playwright;

namespace AiCredits.DemoSite.Pages;

public sealed class FunnelTests(Chromium chromium)
{
    [Fact]
    public async Task From_the_first_free_picture_to_the_last_credit_and_on_with_a_pack()
    {
        await using var site = new DemoServer();
        await using var visit = await DemoVisit.OpenAsync(chromium, site);

        await UseFreePicturesAsync(visit);
        await MeetTheLimitAsync(visit);
        await SignUpAndSpendAsync(visit);
        await RunLowAsync(visit);
        await RunOutAsync(visit);
        await BuyAndGoOnAsync(visit);

        await visit.Find("#sign-out").ClickAsync();
        await Assertions.Expect(visit.Balance).ToContainTextAsync("Free again in");
        visit.Complaints.ShouldBeEmpty();
    }

    private static async Task UseFreePicturesAsync(DemoVisit visit)
    {
        await Assertions.Expect(visit.Balance).ToContainTextAsync("3 of 3 free left");
        await visit.ExpectTextAsync("#cost [part~=state]", "Free: uses 1 of your 3.");
        await visit.Find("#prompt").FillAsync("a boat on the sea at dawn");
        await visit.GenerateAsync();
        await visit.ExpectPictureAsync("a boat on the sea at dawn");
        await Assertions.Expect(visit.Balance).ToContainTextAsync("2 of 3 free left");

        // A failure gives the use back.
        await visit.Find("#fail").CheckAsync();
        await visit.GenerateAsync();
        await visit.ExpectVisibleAsync("#notice");
        await visit.ExpectTextAsync("#notice-title", "The model failed");
        await Assertions.Expect(visit.Balance).ToContainTextAsync("2 of 3 free left");
        await visit.Find("#fail").UncheckAsync();

        await visit.GenerateAsync();
        await visit.ExpectHiddenAsync("#notice");
        await visit.GenerateAsync();
        await Assertions.Expect(visit.Balance).ToContainTextAsync("Free again in");
    }

    private static async Task MeetTheLimitAsync(DemoVisit visit)
    {
        await visit.GenerateAsync();

        await visit.ExpectVisibleAsync(DemoVisit.Packs);
        await Assertions.Expect(visit.Find($"{DemoVisit.Packs} [part~=title]")).ToBeFocusedAsync();
        await Assertions.Expect(visit.Find($"{DemoVisit.Packs} [part~=notice]")).ToContainTextAsync("Your free generations are used up");
        await visit.ExpectTextAsync($"{DemoVisit.Packs} [part~=sign-up-button]", "Sign up for 50 credits");
        var shown = await visit.CountdownAsync($"{DemoVisit.Packs} [part~=notice] .digits");
        var resetsAt = await visit.Page.EvaluateAsync<long>("fetch('/api/credits').then(r => r.json()).then(me => Date.parse(me.guestInfo.resetsAt) - Date.now())");
        shown.TotalMilliseconds.ShouldBe(resetsAt, 3_000);
        await Eventually.Async(async () => (await visit.CountdownAsync($"{DemoVisit.Packs} [part~=notice] .digits")).ShouldBeLessThan(shown));
    }

    private static async Task SignUpAndSpendAsync(DemoVisit visit)
    {
        await visit.SignUpAsync($"{DemoVisit.Packs} [part~=sign-up-button]");
        await visit.ExpectHiddenAsync(DemoVisit.Packs);
        await visit.ExpectBalanceAsync(50);
        await Assertions.Expect(visit.Find("#history-rows tr")).ToHaveCountAsync(1);

        await visit.ChooseAsync("nano-banana-pro");
        await visit.Find("#count").SelectOptionAsync("2");
        await Assertions.Expect(visit.Find("#cost [part~=cost]")).ToContainTextAsync("4 credits");
        await visit.ExpectTextAsync("#cost [part~=state]", "Leaves you 46 credits.");
        await visit.GenerateAsync();

        await visit.ExpectPictureAsync("a boat on the sea at dawn");
        await Assertions.Expect(visit.Find("#pictures img")).ToHaveCountAsync(2);
        await visit.ExpectBalanceAsync(46);
        var newest = visit.Find("#history-rows tr").First;
        await Assertions.Expect(newest).ToHaveAttributeAsync("data-kind", "capture");
        await Assertions.Expect(newest).ToContainTextAsync("−4");

        await visit.Find("#fail").CheckAsync();
        await visit.GenerateAsync();
        await Assertions.Expect(visit.Find("#notice-text")).ToContainTextAsync("You still have 46 credits.");
        await visit.ExpectBalanceAsync(46);
        await visit.Find("#fail").UncheckAsync();
    }

    private static async Task RunLowAsync(DemoVisit visit)
    {
        await visit.SpendDownAsync(leave: 10);
        await visit.LoadAsync();
        await visit.ExpectBalanceAsync(10);
        await visit.ExpectStateAsync("ok");

        await visit.ChooseAsync("flux-dev");
        await visit.GenerateAsync();

        await visit.ExpectBalanceAsync(9);
        await visit.ExpectStateAsync("low");
        await Assertions.Expect(visit.Find("#purse [part~=base]")).ToContainTextAsync("Your credits are running low.");
    }

    private static async Task RunOutAsync(DemoVisit visit)
    {
        await visit.SpendDownAsync(leave: 1);
        await visit.LoadAsync();
        await visit.ExpectBalanceAsync(1);
        await Assertions.Expect(visit.Model("nano-banana-pro")).ToBeDisabledAsync();
        await Assertions.Expect(visit.Model("flux-dev")).ToBeEnabledAsync();

        await visit.ChooseAsync("flux-dev");
        await visit.Find("#count").SelectOptionAsync("2");
        await visit.ExpectTextAsync("#cost [part~=state]", "1 credit short.");
        await visit.GenerateAsync();

        await visit.ExpectVisibleAsync(DemoVisit.Packs);
        await Assertions.Expect(visit.Find($"{DemoVisit.Packs} [part~=notice]")).ToContainTextAsync("This costs 2 credits and you have 1 credit.");
        await Assertions.Expect(visit.Find($"{DemoVisit.Packs} [part~=notice]")).ToContainTextAsync("Within your balance: Nano Banana");
        await Assertions.Expect(visit.Find($"{DemoVisit.Packs} li[part~=pack]")).ToHaveCountAsync(4);
        await Assertions.Expect(visit.Find($"{DemoVisit.Packs} [part~=packs]")).ToContainTextAsync("$14.99");
        await visit.ExpectBalanceAsync(1);

        // The way on that the dialog names.
        await visit.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(visit.Find("#generate")).ToBeFocusedAsync();
        await visit.Find("#count").SelectOptionAsync("1");
        await visit.ChooseAsync("nano-banana");
        await visit.GenerateAsync();
        await visit.ExpectBalanceAsync(0.5m);
    }

    private static async Task BuyAndGoOnAsync(DemoVisit visit)
    {
        await visit.Find("#balance [part~=buy-button]").ClickAsync();
        await visit.Find($"{DemoVisit.Packs} [part~=pack-best] [part~=pack-button]").ClickAsync();
        await visit.ExpectTextAsync(".banner", "This is a simulation. No money is taken and no card is needed.");
        await visit.Find("[value=Pay]").ClickAsync();

        // Back on the page where the pack was chosen, and on with work.
        await visit.ExpectTextAsync("#purse [part~=purchase]", "110 credits added. Thank you!");
        new Uri(visit.Page.Url).AbsolutePath.ShouldBe(DemoVisit.Studio);
        await visit.ExpectBalanceAsync(110.5m);
        await visit.ExpectStateAsync("ok");
        await visit.ChooseAsync("nano-banana-pro");
        await visit.GenerateAsync();
        await visit.ExpectBalanceAsync(108.5m);
        await Assertions.Expect(visit.Find("#history-rows tr").First).ToContainTextAsync("−2");
    }
}
