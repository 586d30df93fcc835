using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace AiCredits.DemoSite.Pages;

/// <summary>The accessibility checker, put into a page once and asked only for what is wrong: many times faster than its own wrapper.</summary>
internal static class Axe
{
    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    /// <summary>What is wrong, as "rule: elements".</summary>
    /// <param name="page">The page as it is now.</param>
    /// <param name="all">True for everything, false for what is serious or critical.</param>
    public static Task<string[]> FindAsync(IPage page, bool all = false) => FindAsync(page.MainFrame, all, inner: true);

    /// <summary>The same of one frame.</summary>
    /// <param name="frame">The frame as it is now.</param>
    /// <param name="all">True for everything, false for what is serious or critical.</param>
    /// <param name="inner">Whether the frames in it are looked at too.</param>
    public static async Task<string[]> FindAsync(IFrame frame, bool all, bool inner)
    {
        if (!await frame.EvaluateAsync<bool>("'axe' in window"))
        {
            await frame.EvaluateAsync(Script);
        }

        return await frame.EvaluateAsync<string[]>("""
            ([all, iframes]) => axe.run(document, { resultTypes: ["violations"], preload: false, iframes }).then(result => result.violations
              .filter(violation => all || violation.impact === "serious" || violation.impact === "critical")
              .map(violation => `${violation.id}: ${violation.nodes.map(node => `${node.html} ${node.any[0]?.message ?? node.all[0]?.message ?? ""}`).join(" | ")}`))
            """, new[] { all, inner });
    }
}
