using System.Globalization;
using System.Text;
using AiCredits.Payments;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>The page of a simulated checkout.</summary>
internal static class SimulatedCheckoutPage
{
    public static string Render(SimulatedCheckout checkout, string seal, string? message)
    {
        var request = checkout.Request;
        var page = SimulatedPage.Start($"Simulated checkout: {request.Title}");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{SimulatedPage.Encode(request.Title)}</h1>");
        if (request.Description is { } description)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"quiet\">{SimulatedPage.Encode(description)}</p>");
        }

        page.Append(CultureInfo.InvariantCulture, $"<p class=\"price\">{SimulatedPage.Encode(SimulatedPage.Write(request.Price))}</p><p id=\"state\" role=\"status\">{SimulatedPage.Encode(message ?? StateOf(checkout))}</p>");
        AppendAmounts(page, checkout);
        SimulatedPage.AppendForm(page, checkout.Id, seal, SimulatedRules.ActsOf(checkout), act => LabelOf(act, checkout));
        return SimulatedPage.End(page, checkout.Status == PaymentStatus.Open ? request.CancelUrl : request.SuccessUrl);
    }

    public static string RenderGone() => SimulatedPage.End(SimulatedPage.Start("Gone").Append(
        "<h1>There is no such checkout</h1><p>It never was; or the app was restarted, and keeps its simulated payments in memory (AiCredits:Http:SimulatedPaymentsFolder keeps them).</p>"));

    public static string StateOf(SimulatedCheckout checkout) => checkout switch
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
            page.Append(CultureInfo.InvariantCulture, $"<dt>{name}</dt><dd>{SimulatedPage.Encode(SimulatedPage.Write(checkout.Request.Price with { Amount = amount }))}</dd>");
        }

        page.Append("</dl>");
    }

    private static string LabelOf(SimulatedAct act, SimulatedCheckout checkout) => act switch
    {
        SimulatedAct.Pay => $"Pay {SimulatedPage.Write(checkout.Request.Price)}",
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
}
