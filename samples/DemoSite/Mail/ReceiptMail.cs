using System.Globalization;
using System.Text.Encodings.Web;
using AiCredits.Events;
using MimeKit;

namespace AiCredits.DemoSite.Mail;

/// <summary>Writes the receipt of a purchase from its event alone: everything that a receipt needs is in it.</summary>
internal static class ReceiptMail
{
    public static MimeMessage Write(CreditEvent.PurchaseCompleted purchase, string from, string to)
    {
        var message = new MimeMessage { Subject = $"Receipt: {purchase.PackName}", Date = new DateTimeOffset(purchase.At) };
        message.From.Add(new MailboxAddress("AiCredits demo", from));
        message.To.Add(MailboxAddress.Parse(to));

        // The same for every delivery of the event, so that mail programs show a repeated receipt once.
        message.MessageId = $"{purchase.PurchaseId:N}@demo.invalid";
        message.Body = new BodyBuilder { TextBody = Text(purchase), HtmlBody = Html(purchase) }.ToMessageBody();
        return message;
    }

    private static IEnumerable<(string Name, string Value)> Lines(CreditEvent.PurchaseCompleted purchase)
    {
        yield return (purchase.SubscriptionId is null ? "Pack" : "Plan", purchase.PackName);
        yield return ("Credits", purchase.BonusCredits.IsZero ? $"{purchase.Credits}" : $"{purchase.Credits}, of which {purchase.BonusCredits} are a bonus");
        yield return ("Paid", string.Create(CultureInfo.InvariantCulture, $"{purchase.Total.Amount:0.00##} {purchase.Total.Currency}"));
        yield return ("Date", purchase.At.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));
        yield return ("Purchase", purchase.PurchaseId.ToString());
        if (purchase.PaymentId is { } payment)
        {
            yield return ("Payment", payment);
        }

        if (purchase.ReceiptUrl is { } receipt)
        {
            yield return ("Receipt", receipt.AbsoluteUri);
        }
    }

    private static string Text(CreditEvent.PurchaseCompleted purchase) =>
        $"Thank you. Your credits are there.\n\n{string.Join("\n", Lines(purchase).Select(line => $"{line.Name}: {line.Value}"))}\n";

    private static string Html(CreditEvent.PurchaseCompleted purchase)
    {
        var rows = Lines(purchase).Select(line => $"<tr><th align=\"left\">{Encode(line.Name)}</th><td>{Encode(line.Value)}</td></tr>");
        return $"<!doctype html><html lang=\"en\"><body><p>Thank you. Your credits are there.</p><table>{string.Concat(rows)}</table></body></html>";
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
