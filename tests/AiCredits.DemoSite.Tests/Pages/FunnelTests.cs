using Microsoft.Playwright;

namespace AiCredits.DemoSite.Pages;

public sealed class FunnelTests(Chromium chromium)
{
    [Fact]
    public async Task From_the_first_free_picture_to_the_last_credit()
    {
        await using var site = new DemoServer();
        await using var visit = await DemoVisit.OpenAsync(chromium, site);

        await UseFreePicturesAsync(visit);
        await MeetTheLimitAsync(visit);
        await SignUpAndSpendAsync(visit);
        await RunLowAsync(visit, site);
        await RunOutAsync(visit, site);

        await visit.Find("#sign-out").ClickAsync();
        await visit.ExpectTextAsync("#balance-value", "0 of 3");
        visit.Complaints.ShouldBeEmpty();
    }

    private static async Task UseFreePicturesAsync(DemoVisit visit)
    {
        await visit.ExpectTextAsync("#balance-value", "3 of 3");
        await visit.ExpectTextAsync("#cost", "Uses 1 of your 3 free pictures.");
        await visit.Find("#prompt").FillAsync("a boat on the sea at dawn");
        await visit.GenerateAsync();
        await visit.ExpectPictureAsync("a boat on the sea at dawn");
        await visit.ExpectTextAsync("#balance-value", "2 of 3");

        // A failure gives the use back.
        await visit.Find("#fail").CheckAsync();
        await visit.GenerateAsync();
        await visit.ExpectVisibleAsync("#notice-error");
        await visit.ExpectTextAsync("#notice-error-title", "The model failed");
        await visit.ExpectTextAsync("#balance-value", "2 of 3");
        await visit.Find("#fail").UncheckAsync();

        await visit.GenerateAsync();
        await visit.ExpectHiddenAsync("#notice-error");
        await visit.GenerateAsync();
        await visit.ExpectTextAsync("#balance-value", "0 of 3");
    }

    private static async Task MeetTheLimitAsync(DemoVisit visit)
    {
        await visit.GenerateAsync();

        await visit.ExpectVisibleAsync("#notice-429");
        await Assertions.Expect(visit.Find("#notice-429")).ToBeFocusedAsync();
        await visit.ExpectTextAsync("#notice-429-sign-up", "Sign up for 50 credits");
        var shown = await visit.CountdownAsync("#notice-429-countdown");
        var resetsAt = await visit.Page.EvaluateAsync<long>("fetch('/api/credits').then(r => r.json()).then(me => Date.parse(me.guestInfo.resetsAt) - Date.now())");
        shown.TotalMilliseconds.ShouldBe(resetsAt, 3_000);
        await Eventually.Async(async () => (await visit.CountdownAsync("#balance-countdown")).ShouldBeLessThan(shown));
    }

    private static async Task SignUpAndSpendAsync(DemoVisit visit)
    {
        await visit.SignUpAsync("#notice-429-sign-up");
        await visit.ExpectHiddenAsync("#notice-429");
        await visit.ExpectTextAsync("#balance-value", "50");
        await Assertions.Expect(visit.Find("#history-rows tr")).ToHaveCountAsync(1);

        await visit.ChooseAsync("nano-banana-pro");
        await visit.Find("#count").SelectOptionAsync("2");
        await visit.ExpectTextAsync("#cost", "Costs 4 credits, leaves 46.");
        await visit.GenerateAsync();

        await visit.ExpectPictureAsync("a boat on the sea at dawn");
        await Assertions.Expect(visit.Find("#pictures img")).ToHaveCountAsync(2);
        await visit.ExpectTextAsync("#balance-value", "46");
        var newest = visit.Find("#history-rows tr").First;
        await Assertions.Expect(newest).ToHaveAttributeAsync("data-kind", "capture");
        await Assertions.Expect(newest).ToContainTextAsync("−4");

        await visit.Find("#fail").CheckAsync();
        await visit.GenerateAsync();
        await visit.ExpectVisibleAsync("#notice-error");
        await visit.ExpectTextAsync("#balance-value", "46");
        await visit.Find("#fail").UncheckAsync();
    }

    private static async Task RunLowAsync(DemoVisit visit, DemoServer site)
    {
        for (var run = 0; run < 4; run++)
        {
            await visit.SpendAsync(site, "nano-banana-pro", 4);
        }

        await visit.SpendAsync(site, "nano-banana-pro", 2);
        await visit.LoadAsync(site);
        await visit.ExpectTextAsync("#balance-value", "10");
        await visit.ExpectHiddenAsync("#notice-low");

        await visit.ChooseAsync("flux-dev");
        await visit.GenerateAsync();

        await visit.ExpectTextAsync("#balance-value", "9");
        await visit.ExpectVisibleAsync("#notice-low");
    }

    private static async Task RunOutAsync(DemoVisit visit, DemoServer site)
    {
        await visit.SpendAsync(site, "nano-banana-pro", 4);
        await visit.LoadAsync(site);
        await visit.ExpectTextAsync("#balance-value", "1");
        await Assertions.Expect(visit.Find("#model-nano-banana-pro")).ToBeDisabledAsync();
        await Assertions.Expect(visit.Find("#model-flux-dev")).ToBeEnabledAsync();

        await visit.ChooseAsync("flux-dev");
        await visit.Find("#count").SelectOptionAsync("2");
        await visit.ExpectTextAsync("#cost", "Costs 2 credits; you have 1.");
        await visit.GenerateAsync();

        await visit.ExpectVisibleAsync("#notice-402");
        await Assertions.Expect(visit.Find("#notice-402")).ToBeFocusedAsync();
        await Assertions.Expect(visit.Find("#packs li")).ToHaveCountAsync(4);
        await Assertions.Expect(visit.Find("#packs")).ToContainTextAsync("$14.99");
        await visit.ExpectTextAsync("#balance-value", "1");

        // The way on that the answer names.
        await visit.Find("#notice-402-model-list button:has-text('Nano Banana (')").ClickAsync();
        await visit.GenerateAsync();
        await visit.ExpectTextAsync("#balance-value", "0.5");
    }
}
