using System.Security.Cryptography;
using System.Text;
using AiCredits.Payments;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.Stripe.Payments;

public sealed class WebhookTests : IDisposable
{
    private const string First = "whsec_first0123456789";
    private const string Second = "whsec_second0123456789";
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly string Completed = Event("checkout.session.completed", """{"id":"cs_test_a1","object":"checkout.session","payment_status":"paid"}""");

    private readonly StripePaymentProvider provider = Provider(First, Second);

    public void Dispose() => provider.Dispose();

    [Theory]
    [InlineData(First)]
    [InlineData(Second)]
    public void A_webhook_signed_with_either_secret_is_taken(string secret)
    {
        Read(Completed, Sign(Completed, secret)).ShouldBe(new WebhookResult.Accepted(
            new PaymentEvent("evt_1", "checkout.session.completed", "cs_test_a1", new DateTime(2026, 11, 1, 11, 59, 58, DateTimeKind.Utc))));
    }

    [Fact]
    public void The_signature_is_the_one_that_openssl_computes()
    {
        // printf '%s' '1793534400.{}' | openssl dgst -sha256 -hmac whsec_first0123456789
        const string header = "t=1793534400,v1=650d396162a60b409a7c7675c2afb425430045304ec216704ebf56fb220af604";

        Rejection("{}", header).ShouldContain("no event of Stripe");
        Rejection("{ }", header).ShouldContain("No signature fits");
    }

    [Theory]
    [InlineData("checkout.session.completed", """{"id":"cs_test_a1"}""", "cs_test_a1")]
    [InlineData("checkout.session.async_payment_succeeded", """{"id":"cs_test_a1"}""", "cs_test_a1")]
    [InlineData("checkout.session.async_payment_failed", """{"id":"cs_test_a1"}""", "cs_test_a1")]
    [InlineData("checkout.session.expired", """{"id":"cs_test_a1"}""", "cs_test_a1")]
    [InlineData("charge.refunded", """{"id":"ch_1","payment_intent":"pi_1"}""", "pi_1")]
    [InlineData("refund.created", """{"id":"re_1","payment_intent":"pi_1"}""", "pi_1")]
    [InlineData("refund.updated", """{"id":"re_1","payment_intent":"pi_1"}""", "pi_1")]
    [InlineData("refund.failed", """{"id":"re_1","payment_intent":"pi_1"}""", "pi_1")]
    [InlineData("charge.dispute.created", """{"id":"du_1","payment_intent":"pi_1"}""", "pi_1")]
    [InlineData("charge.dispute.updated", """{"id":"du_1","payment_intent":"pi_1"}""", "pi_1")]
    [InlineData("charge.dispute.funds_withdrawn", """{"id":"du_1","payment_intent":"pi_1"}""", "pi_1")]
    [InlineData("charge.dispute.funds_reinstated", """{"id":"du_1","payment_intent":"pi_1"}""", "pi_1")]
    [InlineData("charge.dispute.closed", """{"id":"du_1","payment_intent":{"id":"pi_1","object":"payment_intent"}}""", "pi_1")]
    public void Each_event_points_at_its_payment(string type, string subject, string paymentId)
    {
        Signed(Event(type, subject)).ShouldBeOfType<WebhookResult.Accepted>().Event.PaymentId.ShouldBe(paymentId);
    }

    [Theory]
    [InlineData("customer.created", """{"id":"cus_1"}""")]
    [InlineData("payment_intent.succeeded", """{"id":"pi_1"}""")]
    [InlineData("a.type.of.the.future", """{}""")]
    [InlineData("charge.refunded", """{"id":"ch_1"}""")]
    [InlineData("charge.refunded", """{"id":"ch_1","payment_intent":null}""")]
    public void What_is_about_no_checkout_is_ignored(string type, string subject)
    {
        Signed(Event(type, subject)).ShouldBe(new WebhookResult.Ignored(type));
    }

    [Fact]
    public void Another_version_of_the_API_changes_nothing()
    {
        var old = Completed.Replace("\"object\":\"event\"", "\"object\":\"event\",\"api_version\":\"2019-02-11\"", StringComparison.Ordinal);

        Signed(old).ShouldBeOfType<WebhookResult.Accepted>();
    }

    [Fact]
    public void Another_secret_is_refused()
    {
        Rejection(Completed, Sign(Completed, "whsec_other0123456789")).ShouldContain("No signature fits");
    }

    [Fact]
    public void A_provider_without_secrets_takes_nothing()
    {
        using var without = Provider();

        without.ReadWebhook(Request(Completed, Sign(Completed, ""))).ShouldBeOfType<WebhookResult.Rejected>().Reason.ShouldContain("AiCredits:Stripe:WebhookSecrets");
    }

    [Fact]
    public void One_bit_anywhere_breaks_the_signature()
    {
        var header = Sign(Completed, First);
        var body = Encoding.UTF8.GetBytes(Completed);
        for (var bit = 0; bit < body.Length * 8; bit++)
        {
            body[bit / 8] ^= (byte)(1 << (bit % 8));

            provider.ReadWebhook(new WebhookRequest(body, _ => header)).ShouldBeOfType<WebhookResult.Rejected>();

            body[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        provider.ReadWebhook(new WebhookRequest(body, _ => header)).ShouldBeOfType<WebhookResult.Accepted>();
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        var header = Sign(Completed, First);
        var body = Encoding.UTF8.GetBytes(Completed);
        for (var length = 0; length < body.Length; length++)
        {
            provider.ReadWebhook(new WebhookRequest(body.AsMemory(0, length), _ => header)).ShouldBeOfType<WebhookResult.Rejected>();
        }
    }

    [Fact]
    public void The_signature_is_over_the_bytes_as_they_came()
    {
        var indented = Completed.Replace(",", ",\r\n  ", StringComparison.Ordinal);

        Signed(indented).ShouldBeOfType<WebhookResult.Accepted>();
        Rejection(indented, Sign(Completed, First)).ShouldContain("No signature fits");
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(-301, false)]
    [InlineData(301, false)]
    [InlineData(-86400, false)]
    public void Its_time_must_be_within_five_minutes(int seconds, bool accepted)
    {
        var result = Read(Completed, Sign(Completed, First, Now.AddSeconds(seconds)));

        (result is WebhookResult.Accepted).ShouldBe(accepted);
        if (result is WebhookResult.Rejected rejected)
        {
            rejected.Reason.ShouldContain($"{-seconds} seconds ago");
        }
    }

    [Fact]
    public void A_fresh_time_can_t_be_put_over_an_old_signature()
    {
        var old = Sign(Completed, First, Now.AddDays(-1));
        var time = old.Split(',')[0];

        Rejection(Completed, old.Replace(time, $"t={Now.ToUnixTimeSeconds()}", StringComparison.Ordinal)).ShouldContain("No signature fits");
        Rejection(Completed, $"t={Now.ToUnixTimeSeconds()},{old}").ShouldContain("malformed");
    }

    [Fact]
    public void While_Stripe_rolls_a_secret_it_sends_two_signatures()
    {
        var one = Sign(Completed, "whsec_rolledaway123");
        var other = Sign(Completed, Second).Split(',')[1];

        Read(Completed, $"{one},{other}").ShouldBeOfType<WebhookResult.Accepted>();
        Read(Completed, $"{one}, {other},v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39").ShouldBeOfType<WebhookResult.Accepted>();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("nonsense")]
    [InlineData("t=1793534400")]
    [InlineData("v1=00")]
    [InlineData("t=,v1={0}")]
    [InlineData("t=-1793534400,v1={0}")]
    [InlineData("t=+1793534400,v1={0}")]
    [InlineData("t=1793534400.0,v1={0}")]
    [InlineData("t=99999999999999999999,v1={0}")]
    [InlineData("t=1793534400,v1=")]
    [InlineData("t=1793534400,v1={0}00")]
    [InlineData("t=1793534400,v1=zz{0}")]
    [InlineData("t=1793534400,v0={0}")]
    [InlineData("t=1793534400,V1={0}")]
    [InlineData("t=1793534400;v1={0}")]
    public void A_header_of_another_form_is_refused(string? header)
    {
        var signature = Sign(Completed, First)["t=1793534400,v1=".Length..];

        Rejection(Completed, header?.Replace("{0}", signature, StringComparison.Ordinal)).ShouldContain("header Stripe-Signature");
    }

    [Fact]
    public void A_header_too_long_to_be_Stripe_s_is_refused()
    {
        Rejection(Completed, Sign(Completed, First) + string.Concat(Enumerable.Repeat(",v1=" + new string('0', 64), 100))).ShouldContain("malformed");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("17")]
    [InlineData("\"text\"")]
    [InlineData("{")]
    [InlineData("﻿{}")]
    [InlineData("<html></html>")]
    [InlineData("""{"id":"evt_1"}""")]
    [InlineData("""{"id":17,"type":"checkout.session.completed"}""")]
    [InlineData("""{"id":"evt_1","type":null}""")]
    [InlineData("""{"id":"evt_1","type":""}""")]
    [InlineData("""{"id":"\ud800","type":"checkout.session.completed"}""")]
    [InlineData("""{"id":"evt_1","type":"checkout.session.completed"}""")]
    [InlineData("""{"id":"evt_1","type":"checkout.session.completed","created":1793534398}""")]
    [InlineData("""{"id":"evt_1","type":"checkout.session.completed","created":1793534398,"data":null}""")]
    [InlineData("""{"id":"evt_1","type":"checkout.session.completed","created":1793534398,"data":{"object":null}}""")]
    [InlineData("""{"id":"evt_1","type":"checkout.session.completed","created":1793534398,"data":{"object":"cs_test_a1"}}""")]
    [InlineData("""{"id":"evt_1","type":"checkout.session.completed","created":1793534398,"data":{"object":{}}}""")]
    [InlineData("""{"id":"evt_1","type":"checkout.session.completed","created":1793534398,"data":{"object":{"id":"../v1/balance"}}}""")]
    [InlineData("""{"id":"evt_1","type":"checkout.session.completed","created":"now","data":{"object":{"id":"cs_test_a1"}}}""")]
    [InlineData("""{"id":"evt_1","type":"checkout.session.completed","created":1e300,"data":{"object":{"id":"cs_test_a1"}}}""")]
    [InlineData("""{"id":"evt_1","type":"checkout.session.completed","created":-1,"data":{"object":{"id":"cs_test_a1"}}}""")]
    [InlineData("""{"id":"evt_1","type":"checkout.session.completed","created":999999999999,"data":{"object":{"id":"cs_test_a1"}}}""")]
    [InlineData("""{"id":"evt_1","type":"charge.refunded","created":1793534398,"data":{"object":{"payment_intent":17}}}""")]
    [InlineData("""{"id":"evt_1","type":"charge.refunded","created":1793534398,"data":{"object":{"payment_intent":{"id":null}}}}""")]
    public void A_body_that_is_signed_but_no_event_is_refused_without_an_exception(string body)
    {
        Rejection(body, Sign(body, First)).ShouldNotContain("signature");
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused_without_an_exception()
    {
        byte[] body = [0x7b, 0x22, 0xff, 0xfe, 0x00, 0x80];

        provider.ReadWebhook(new WebhookRequest(body, _ => Sign(body, First))).ShouldBeOfType<WebhookResult.Rejected>().Reason.ShouldBe("The body is no JSON.");
    }

    [Fact]
    public void Nesting_without_end_is_refused_without_an_exception()
    {
        var body = string.Concat(Enumerable.Repeat("{\"a\":", 100_000));

        Rejection(body, Sign(body, First)).ShouldBe("The body is no JSON.");
    }

    [Fact]
    public void A_body_too_large_is_refused_before_it_is_hashed()
    {
        var body = Completed + new string(' ', 1024 * 1024);

        Rejection(body, Sign(body, First)).ShouldContain("bytes");
    }

    [Fact]
    public void The_reason_of_a_refusal_shows_nothing_secret()
    {
        var reason = Rejection(Completed, Sign(Completed, "whsec_other0123456789"));

        reason.ShouldNotContain("whsec_");
        reason.ShouldNotContain("cs_test_a1");
    }

    private static StripePaymentProvider Provider(params string[] secrets)
    {
        var options = new StripeOptions { SecretKey = StripeStandIn.Key };
        foreach (var secret in secrets)
        {
            options.WebhookSecrets.Add(secret);
        }

        return new StripePaymentProvider(Options.Create(options), new FakeTimeProvider(Now));
    }

    private WebhookResult Signed(string body) => Read(body, Sign(body, First));

    private WebhookResult Read(string body, string? header) => provider.ReadWebhook(Request(body, header));

    private string Rejection(string body, string? header) => Read(body, header).ShouldBeOfType<WebhookResult.Rejected>().Reason;

    private static WebhookRequest Request(string body, string? header) =>
        new(Encoding.UTF8.GetBytes(body), name => name == "Stripe-Signature" ? header : null);

    private static string Event(string type, string subject) =>
        $$$"""{"id":"evt_1","object":"event","created":1793534398,"type":"{{{type}}}","data":{"object":{{{subject}}}}}""";

    private static string Sign(string body, string secret, DateTimeOffset? at = null) => Sign(Encoding.UTF8.GetBytes(body), secret, at);

    private static string Sign(byte[] body, string secret, DateTimeOffset? at = null)
    {
        var time = (at ?? Now).ToUnixTimeSeconds();
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.ASCII.GetBytes($"{time}."), .. body]);
        return $"t={time},v1={Convert.ToHexStringLower(signature)}";
    }
}
