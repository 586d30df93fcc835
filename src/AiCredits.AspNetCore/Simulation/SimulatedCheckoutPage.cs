using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using AiCredits.Payments;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>The page of a simulated checkout: plain HTML, nothing inline, usable without scripts and on a small screen.</summary>
internal static class SimulatedCheckoutPage
{
    public const string Style = """
        :root { color-scheme: light dark; --ink: #1d2330; --quiet: #5a6375; --paper: #ffffff; --ground: #f2f4f8; --line: #d6dbe6; --main: #2952cc; --on-main: #ffffff; --warn: #fff4d6; --warn-ink: #5c4300; }
        @media (prefers-color-scheme: dark) { :root { --ink: #eef1f7; --quiet: #aab3c5; --paper: #1b2130; --ground: #11151f; --line: #3a4358; --main: #9db4ff; --on-main: #0d1530; --warn: #3d3110; --warn-ink: #ffe3a1; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
        main { max-width: 28rem; margin: 0 auto; padding: 1rem; }
        .banner { margin: 0 0 1rem; padding: .75rem 1rem; border-radius: .5rem; background: var(--warn); color: var(--warn-ink); font-weight: 600; }
        .card { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; }
        h1 { font-size: 1.25rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
        p { margin: 0 0 .75rem; overflow-wrap: anywhere; }
        .price { font-size: 2rem; font-weight: 700; }
        .quiet { color: var(--quiet); }
        form { display: grid; gap: .5rem; margin-top: 1rem; }
        button { font: inherit; font-weight: 600; padding: .75rem 1rem; min-height: 44px; border-radius: .5rem; border: 1px solid var(--line); background: transparent; color: inherit; cursor: pointer; }
        button.main { background: var(--main); color: var(--on-main); border-color: var(--main); }
        button:focus-visible, a:focus-visible, input:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
        label { display: flex; gap: .5rem; align-items: center; min-height: 44px; color: var(--quiet); }
        input { width: 1.25rem; height: 1.25rem; }
        dl { display: grid; grid-template-columns: 1fr auto; gap: .25rem 1rem; margin: 1rem 0 0; }
        dd { margin: 0; text-align: end; }
        a { color: var(--main); }
        """;

    public static string Render(SimulatedCheckout checkout, string seal, string? message)
    {
        var request = checkout.Request;
        var page = Start(request.Title);
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Encode(request.Title)}</h1>");
        if (request.Description is { } description)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"quiet\">{Encode(description)}</p>");
        }

        page.Append(CultureInfo.InvariantCulture, $"<p class=\"price\">{Encode(Write(request.Price.Amount, checkout))}</p><p id=\"state\" role=\"status\">{Encode(message ?? StateOf(checkout))}</p>");
        AppendAmounts(page, checkout);
        AppendForm(page, checkout, seal);
        return page.Append(CultureInfo.InvariantCulture, $"<p><a id=\"back\" href=\"{Encode((checkout.Status == PaymentStatus.Open ? request.CancelUrl : request.SuccessUrl).AbsoluteUri)}\">Back to the shop</a></p>{End}").ToString();
    }

    public static string RenderGone() =>
        Start("Gone").Append("<h1>There is no such checkout</h1><p>Simulated checkouts are kept in memory: it is gone since the app was restarted, or never was.</p>").Append(End).ToString();

    private const string End = "</div></main></body></html>";

    private static StringBuilder Start(string title) => new StringBuilder()
        .Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><title>Simulated checkout: {Encode(title)}</title><link rel=\"stylesheet\" href=\"page.css\"></head>")
        .Append("<body><main><p class=\"banner\">This is a simulation. No money is taken and no card is needed.</p><div class=\"card\">");

    private static void AppendAmounts(StringBuilder page, SimulatedCheckout checkout)
    {
        (string Name, decimal Amount)[] amounts = [("Refunded", checkout.Refunded), ("Disputed", checkout.Disputed), ("Lost to disputes", checkout.DisputesLost)];
        if (amounts.All(one => one.Amount == 0))
        {
            return;
        }

        page.Append("<dl>");
        foreach (var (name, amount) in amounts.Where(one => one.Amount > 0))
        {
            page.Append(CultureInfo.InvariantCulture, $"<dt>{name}</dt><dd>{Encode(Write(amount, checkout))}</dd>");
        }

        page.Append("</dl>");
    }

    private static void AppendForm(StringBuilder page, SimulatedCheckout checkout, string seal)
    {
        var acts = SimulatedRules.ActsOf(checkout);
        if (acts.Count == 0)
        {
            return;
        }

        page.Append(CultureInfo.InvariantCulture, $"<form method=\"post\" action=\"{Encode(checkout.Id)}\"><input type=\"hidden\" name=\"seal\" value=\"{seal}\">");
        for (var index = 0; index < acts.Count; index++)
        {
            page.Append(CultureInfo.InvariantCulture, $"<button name=\"act\" value=\"{acts[index]}\"{(index == 0 ? " class=\"main\"" : "")}>{Encode(LabelOf(acts[index], checkout))}</button>");
        }

        page.Append("<label><input type=\"checkbox\" name=\"lose\"> Lose the webhook, to see it found all the same</label></form>");
    }

    private static string StateOf(SimulatedCheckout checkout) => checkout switch
    {
        { Status: PaymentStatus.Open } => "Waiting for you to pay.",
        { Status: PaymentStatus.Processing } => "The money is on its way, as with a bank transfer.",
        { Status: PaymentStatus.Failed } => "The payment did not arrive.",
        { Status: PaymentStatus.Expired } => "This checkout has expired.",
        { Disputed: > 0 } => "The buyer's bank disputes the payment.",
        { DisputesLost: > 0 } => "Paid, and a dispute was lost.",
        { Refunded: > 0 } => "Paid, and refunded in part or whole.",
        _ => "Paid.",
    };

    private static string LabelOf(SimulatedAct act, SimulatedCheckout checkout) => act switch
    {
        SimulatedAct.Pay => $"Pay {Write(checkout.Request.Price.Amount, checkout)}",
        SimulatedAct.PayLater => "Pay by a delayed method",
        SimulatedAct.Decline => "Have the card declined",
        SimulatedAct.Close => "Close without paying",
        SimulatedAct.Arrive => "Let the money arrive",
        SimulatedAct.Bounce => "Let the payment fail",
        SimulatedAct.RefundHalf => "Refund half of what is left",
        SimulatedAct.RefundAll => "Refund everything",
        SimulatedAct.Dispute => "Open a dispute",
        SimulatedAct.WinDispute => "Win the dispute",
        _ => "Lose the dispute",
    };

    private static string Write(decimal amount, SimulatedCheckout checkout) => string.Create(CultureInfo.InvariantCulture, $"{amount:0.00##} {checkout.Request.Price.Currency}");

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
