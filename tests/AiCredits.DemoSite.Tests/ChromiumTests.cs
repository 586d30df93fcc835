using AiCredits.DemoSite.Pages;

namespace AiCredits.DemoSite;

/// <summary>The browser and the accessibility checker that the other tests of this assembly stand on.</summary>
public sealed class ChromiumTests(Chromium chromium)
{
    [Fact]
    public async Task Renders_a_page_and_runs_its_script()
    {
        var page = await chromium.NewPageAsync();

        await page.GotoAsync("data:text/html,<h1>0</h1><script>document.querySelector('h1').textContent = 6 * 7</script>");

        (await page.Locator("h1").TextContentAsync()).ShouldBe("42");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Axe_sees_a_picture_without_a_name()
    {
        var page = await chromium.NewPageAsync();
        await page.GotoAsync("data:text/html,<html lang=en><title>t</title><main><h1>t</h1><img src='x.png'></main></html>");

        (await Axe.FindAsync(page)).ShouldHaveSingleItem().ShouldStartWith("image-alt");
        await page.Context.DisposeAsync();
    }
}
