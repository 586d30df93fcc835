using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AiCredits.Stripe.Payments;

/// <summary>
/// A Stripe that remembers, behind <see cref="StripeStandIn"/>: checkout sessions, payment intents, charges, refunds, disputes
/// and the portal, with idempotency keys, errors and answers that get lost, as its documentation has them.
/// </summary>
internal sealed class StripeShop
{
    public const string WebhookSecret = "whsec_shop0123456789";
    private readonly StripeStandIn stripe;
    private readonly ConcurrentDictionary<string, (string Request, int Status, string Answer)> answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Sold> sold = new(StringComparer.Ordinal);
    private int number;

    public StripeShop(StripeStandIn stripe)
    {
        this.stripe = stripe;
        stripe.Answer = AnswerAsync;
    }

    /// <summary>How many of the next requests are done but get no answer.</summary>
    public int LostAnswers { get; set; }

    /// <summary>How many of the next requests are refused with 429 and not done.</summary>
    public int TooMany { get; set; }

    /// <summary>Discount and tax in minor units, on every checkout.</summary>
    public (long Discount, long Tax) Extras { get; set; }

    public Sold this[string sessionId] => sold[sessionId];

    /// <summary>A webhook about a sold thing, signed now.</summary>
    public (byte[] Body, string Signature) Webhook(string type, string subject)
    {
        var now = stripe.Clock.GetUtcNow().ToUnixTimeSeconds();
        var body = Encoding.UTF8.GetBytes($$$"""{"id":"evt_{{{Interlocked.Increment(ref number)}}}","object":"event","api_version":"2019-01-01","created":{{{now}}},"type":"{{{type}}}","data":{"object":{{{subject}}}}}""");
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(WebhookSecret), (byte[])[.. Encoding.UTF8.GetBytes($"{now}."), .. body]));
        return (body, $"t={now},v1={signature}");
    }

    private async Task AnswerAsync(SeenRequest request, int index, HttpContext context)
    {
        if (TooMany > 0)
        {
            TooMany--;
            context.Response.Headers["Stripe-Should-Retry"] = "true";
            await StripeStandIn.WriteAsync(context, Error("rate_limit", "Too many requests"), 429);
            return;
        }

        if (!request.Headers.TryGetValue("Authorization", out var key) || key != $"Bearer {StripeStandIn.Key}")
        {
            await StripeStandIn.WriteAsync(context, Error("invalid_request_error", "Invalid API Key provided"), 401);
            return;
        }

        var (status, answer) = Remembered(request);
        if (LostAnswers > 0)
        {
            LostAnswers--;
            context.Abort();
            return;
        }

        await StripeStandIn.WriteAsync(context, answer, status);
    }

    // The same key and the same parameters get the first answer again, a refusal too; other parameters are an error.
    private (int Status, string Answer) Remembered(SeenRequest request)
    {
        if (request.Method != "POST" || !request.Headers.TryGetValue("Idempotency-Key", out var key))
        {
            return Handle(request);
        }

        var form = request.Path + string.Join('&', request.Form.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
        if (answers.TryGetValue(key, out var earlier))
        {
            return earlier.Request == form
                ? (earlier.Status, earlier.Answer)
                : (400, Error("idempotency_error", "Keys for idempotent requests can only be used with the same parameters they were first used with."));
        }

        var (status, answer) = Handle(request);
        answers[key] = (form, status, answer);
        return (status, answer);
    }

    private (int Status, string Answer) Handle(SeenRequest request) => (request.Method, request.Path.Trim('/').Split('/')) switch
    {
        ("POST", ["v1", "checkout", "sessions"]) => Create(request),
        ("POST", ["v1", "checkout", "sessions", var id, "expire"]) => Expire(id),
        ("GET", ["v1", "checkout", "sessions", var id]) => sold.TryGetValue(id, out var one) ? (200, Session(one)) : Missing(),
        ("GET", ["v1", "checkout", "sessions"]) => (200, List(sold.Values.Where(one => one.Intent == request.Query["payment_intent"]).Select(Session))),
        ("POST", ["v1", "refunds"]) => Refund(request),
        ("GET", ["v1", "disputes"]) => (200, List(sold.Values.Where(one => one.Charge == request.Query["charge"] && one.Dispute is not null).Select(Dispute))),
        ("POST", ["v1", "billing_portal", "sessions"]) => (200, $$"""{"id":"bps_1","object":"billing_portal.session","customer":"{{request.Form["customer"]}}","return_url":"{{request.Form["return_url"]}}","url":"https://billing.stripe.com/p/session/1"}"""),
        _ => Missing(),
    };

    private (int Status, string Answer) Create(SeenRequest request)
    {
        var form = request.Form;
        if (form.ContainsKey("customer") && form.ContainsKey("customer_email"))
        {
            return (400, Error("invalid_request_error", "You may only specify one of these parameters: customer, customer_email."));
        }

        var one = new Sold($"cs_test_{Interlocked.Increment(ref number)}", long.Parse(form["line_items[0][price_data][unit_amount]"], CultureInfo.InvariantCulture), form["line_items[0][price_data][currency]"], form["client_reference_id"])
        {
            Customer = form.GetValueOrDefault("customer"),
            CreatesCustomer = form.GetValueOrDefault("customer_creation") == "always",
            Discount = Extras.Discount,
            Tax = Extras.Tax,
        };
        sold[one.Id] = one;
        return (200, Session(one));
    }

    private (int Status, string Answer) Refund(SeenRequest request)
    {
        var one = sold.Values.FirstOrDefault(candidate => candidate.Intent == request.Form["payment_intent"]);
        var amount = long.Parse(request.Form["amount"], CultureInfo.InvariantCulture);
        if (one is null)
        {
            return Missing("payment_intent");
        }

        if (amount > one.Total - one.Refunded)
        {
            return (400, Error("invalid_request_error", "Refund amount is greater than unrefunded amount on charge"));
        }

        one.Refunded += amount;
        return (200, $$"""{"id":"re_1","object":"refund","amount":{{amount}},"currency":"{{one.Currency}}","payment_intent":"{{one.Intent}}","status":"succeeded"}""");
    }

    private (int Status, string Answer) Expire(string id)
    {
        if (!sold.TryGetValue(id, out var one))
        {
            return Missing();
        }

        if (one.Status != "open")
        {
            return (400, Error("invalid_request_error", "Only Checkout Sessions with a status in [\"open\"] can be expired."));
        }

        one.Status = "expired";
        return (200, Session(one));
    }

    // What the address names is missing with 404, what a parameter names with 400.
    private static (int Status, string Answer) Missing(string? parameter = null) => parameter is null
        ? (404, """{"error":{"type":"invalid_request_error","code":"resource_missing","message":"No such thing"}}""")
        : (400, $$$"""{"error":{"type":"invalid_request_error","code":"resource_missing","param":"{{{parameter}}}","message":"No such {{{parameter}}}"}}""");

    private static string Error(string type, string message) => $$$"""{"error":{"type":"{{{type}}}","message":"{{{message}}}"}}""";

    private static string List(IEnumerable<string> items) => $$"""{"object":"list","url":"/v1","has_more":false,"data":[{{string.Join(',', items)}}]}""";

    private static string Session(Sold one) => $$"""
        {"id":"{{one.Id}}","object":"checkout.session","amount_subtotal":{{one.Amount}},"amount_total":{{one.Total}},"client_reference_id":{{JsonSerializer.Serialize(one.Reference)}},
        "currency":"{{one.Currency}}","customer":{{JsonSerializer.Serialize(one.Customer)}},"expires_at":1793620800,"mode":"payment","payment_intent":{{(one.IntentStatus is null ? "null" : Intent(one))}},
        "payment_status":"{{(one.IntentStatus == "succeeded" ? "paid" : "unpaid")}}","status":"{{one.Status}}","url":{{(one.Status == "open" ? $"\"https://checkout.stripe.com/c/pay/{one.Id}\"" : "null")}}}
        """;

    private static string Intent(Sold one) => $$"""{"id":"{{one.Intent}}","object":"payment_intent","amount":{{one.Total}},"currency":"{{one.Currency}}","status":"{{one.IntentStatus}}","latest_charge":{{(one.IntentStatus == "succeeded" ? Charge(one) : "null")}}}""";

    private static string Charge(Sold one) => $$"""
        {"id":"{{one.Charge}}","object":"charge","amount":{{one.Total}},"amount_refunded":{{one.Refunded}},"currency":"{{one.Currency}}","disputed":{{(one.Dispute is null ? "false" : "true")}},
        "paid":true,"payment_intent":"{{one.Intent}}","receipt_url":"https://pay.stripe.com/receipts/{{one.Id}}","refunded":{{(one.Refunded == one.Total ? "true" : "false")}},"status":"succeeded"}
        """;

    private static string Dispute(Sold one) => $$"""{"id":"du_1","object":"dispute","amount":{{one.Total - one.Refunded}},"charge":"{{one.Charge}}","currency":"{{one.Currency}}","payment_intent":"{{one.Intent}}","status":"{{one.Dispute}}"}""";

    /// <summary>One checkout and what became of it.</summary>
    internal sealed class Sold(string id, long amount, string currency, string reference)
    {
        public string Id => id;

        public long Amount => amount;

        public string Currency => currency;

        public string Reference => reference;

        public long Discount { get; set; }

        public long Tax { get; set; }

        public long Total => amount - Discount + Tax;

        public string? Customer { get; set; }

        public bool CreatesCustomer { get; set; }

        public string Status { get; set; } = "open";

        public string? IntentStatus { get; set; }

        public long Refunded { get; set; }

        /// <summary>The status of its dispute; null for none.</summary>
        public string? Dispute { get; set; }

        public string Intent => $"pi_{id}";

        public string Charge => $"ch_{id}";

        /// <summary>The buyer pays: at once, or by a method whose money comes later.</summary>
        public void Pay(bool later = false)
        {
            Status = "complete";
            IntentStatus = later ? "processing" : "succeeded";
            Customer ??= CreatesCustomer ? $"cus_{id}" : null;
        }
    }
}
