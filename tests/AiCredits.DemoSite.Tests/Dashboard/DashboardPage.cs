using AiCredits.DemoSite.Pages;
using Microsoft.Playwright;

namespace AiCredits.DemoSite.Dashboard;

/// <summary>What holds for every page of the dashboard.</summary>
internal static class DashboardPage
{
    /// <summary>Axe finds nothing, nothing sticks out sideways, and the picture is kept for people to look at.</summary>
    public static async Task ShouldBeInOrderAsync(IPage page, string state)
    {
        await page.ScreenshotAsync(new() { FullPage = true, Path = Path.Combine(AppContext.BaseDirectory, "screenshots", $"dashboard-{state}.png") });
        (await Axe.FindAsync(page, all: true)).ShouldBeEmpty(state);
        var (scroll, client) = (await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await page.EvaluateAsync<int>("document.documentElement.clientWidth"));
        scroll.ShouldBeLessThanOrEqualTo(client, $"{state} scrolls sideways");

        // A column of a wide table may not shrink until its words stand letter under letter.
        (await page.EvaluateAsync<string[]>("[...document.querySelectorAll('td')].filter(cell => cell.textContent.trim().length > 8 && cell.clientWidth < 60).map(cell => cell.textContent)")).ShouldBeEmpty(state);
    }
}
