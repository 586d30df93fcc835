using System.Text.Json;
using AiCredits.AspNetCore.Purchases;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.Payments;
using AiCredits.Purchases;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AiCredits.AspNetCore.Administration;

public sealed class RefundPurchaseTests
{
    private const string Act = "refund-purchase";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_part_and_then_the_rest_go_back_with_reason_and_actor_in_the_history()
    {
        await using var shop = await AdminShop.OpenAsync();
        var (id, _) = await shop.SellAsync(packId: "starter");

        var part = await shop.App.ActAsync(200, Act, new { account = "ann", purchaseId = id, money = 4, reason = "unhappy" });
        (await shop.BalanceAsync("ann")).ShouldBe(25 - 20.040081m);
        var rest = await shop.App.ActAsync(200, Act, new { account = "ann", purchaseId = id, reason = "still unhappy" });

        part.GetProperty("money").GetDecimal().ShouldBe(4);
        part.GetProperty("currency").GetString().ShouldBe("USD");
        part.GetProperty("replayed").GetBoolean().ShouldBeFalse();
        part.GetProperty("purchase").GetProperty("status").GetString().ShouldBe("partlyRefunded");
        rest.GetProperty("money").GetDecimal().ShouldBe(0.99m);
        rest.GetProperty("purchase").GetProperty("status").GetString().ShouldBe("refunded");
        rest.GetProperty("account").GetProperty("available").GetDecimal().ShouldBe(0);
        var taken = (await shop.App.Store.GetEntriesAsync(new EntryQuery(new AccountId("ann")) { Kinds = [EntryKind.Revoke] }, Cancel)).ToArray();
        taken.Select(entry => entry.Description).ShouldBe(["Refund: Starter (still unhappy)", "Refund: Starter (unhappy)"]);
        taken.ShouldAllBe(entry => entry.Actor == "root@example.com (root)");
        var orders = (await shop.App.JsonAsync($"{AdminApp.Api}/purchases/{id}", AdminApp.Admin)).GetProperty("refunds").EnumerateArray().ToArray();
        orders.Select(order => (order.GetProperty("money").GetDecimal(), order.GetProperty("reason").GetString(), order.GetProperty("made").GetBoolean())).ShouldBe([(4, "unhappy", true), (0.99m, "still unhappy", true)]);
        (await shop.App.Services.GetRequiredService<IntegrityCheck>().RunAsync(cancellationToken: Cancel)).Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_spent_becomes_debt()
    {
        await using var shop = await AdminShop.OpenAsync();
        var (id, _) = await shop.SellAsync(packId: "starter");
        for (var run = 0; run < 10; run++)
        {
            await shop.App.GenerateAsync("ann");
        }

        var done = await shop.App.ActAsync(200, Act, new { account = "ann", purchaseId = id, reason = "fraud" });

        done.GetProperty("account").GetProperty("available").GetDecimal().ShouldBe(0);
        done.GetProperty("account").GetProperty("debt").GetDecimal().ShouldBe(10);
        done.GetProperty("purchase").GetProperty("creditsTaken").GetDecimal().ShouldBe(25);
    }

    [Fact]
    public async Task The_same_key_refunds_once_and_refuses_another_amount()
    {
        await using var shop = await AdminShop.OpenAsync();
        var (id, _) = await shop.SellAsync();

        await shop.App.ActAsync(200, Act, new { account = "ann", purchaseId = id, money = 10, reason = "x" }, "k1");
        (await shop.App.ActAsync(200, Act, new { account = "ann", purchaseId = id, money = 10, reason = "x" }, "k1")).GetProperty("replayed").GetBoolean().ShouldBeTrue();
        await shop.App.ActAsync(422, Act, new { account = "ann", purchaseId = id, money = 4, reason = "x" }, "k1");
        var tooMuch = await shop.App.ActAsync(409, Act, new { account = "ann", purchaseId = id, money = 5, reason = "x" }, "k2");

        tooMuch.GetProperty("type").GetString().ShouldNotBeNull().ShouldEndWith("/too-much");
        tooMuch.GetProperty("refundable").GetDecimal().ShouldBe(4.99m);
        (await shop.PurchaseAsync(id, "ann")).GetProperty("refunded").GetDecimal().ShouldBe(10);
    }

    [Fact]
    public async Task Many_at_once_with_one_key_refund_once()
    {
        await using var shop = await AdminShop.OpenAsync();
        var (id, _) = await shop.SellAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => shop.App.ActAsync(200, Act, new { account = "ann", purchaseId = id, money = 3, reason = "x" }, "k1")));

        (await shop.PurchaseAsync(id, "ann")).GetProperty("refunded").GetDecimal().ShouldBe(3);
    }

    [Fact]
    public async Task A_refund_that_was_broken_off_is_finished_by_its_key_within_a_day_and_not_guessed_at_later()
    {
        var moody = new MoodyPayments();
        var (opened, id, late) = await moody.OpenAsync();
        await using var shop = opened;
        moody.Refuse = new PaymentProviderException("No answer.") { IsTransient = true };
        using var broken = await shop.App.ActAsync(Act, new { account = "ann", purchaseId = id, reason = "x" }, "k1");
        using var forgotten = await shop.App.ActAsync(Act, new { account = "ann", purchaseId = late, reason = "x" }, "k1");
        (await TestApp.ReadAsync(broken, 503)).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("same Idempotency-Key");
        broken.Headers.RetryAfter.ShouldNotBeNull();
        moody.Refuse = null;

        await shop.App.ActAsync(200, Act, new { account = "ann", purchaseId = id, reason = "x" }, "k1");
        shop.App.Clock.Advance(TimeSpan.FromHours(23));
        var unknown = await shop.App.ActAsync(409, Act, new { account = "ann", purchaseId = late, reason = "x" }, "k1");

        unknown.GetProperty("type").GetString().ShouldNotBeNull().ShouldEndWith("/refund-unknown");
        (await shop.PurchaseAsync(id, "ann")).GetProperty("status").GetString().ShouldBe("refunded");
        (await shop.PurchaseAsync(late, "ann")).GetProperty("status").GetString().ShouldBe("delivered");
        await shop.App.ActAsync(200, Act, new { account = "ann", purchaseId = late, reason = "x" }, "k2");
    }

    [Fact]
    public async Task What_the_provider_refuses_is_told_in_its_words_and_not_kept()
    {
        var moody = new MoodyPayments();
        var (opened, id, _) = await moody.OpenAsync();
        await using var shop = opened;
        moody.Refuse = new PaymentProviderException("The charge is too old.");

        (await shop.App.ActAsync(502, Act, new { account = "ann", purchaseId = id, reason = "x" })).GetProperty("detail").GetString().ShouldBe("Nothing was refunded. The charge is too old.");

        (await shop.App.JsonAsync($"{AdminApp.Api}/purchases/{id}", AdminApp.Admin)).GetProperty("refunds").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_purchase_of_another_provider_is_told_where_to_refund_it()
    {
        await using var shop = await AdminShop.OpenAsync();
        var store = shop.App.Services.GetRequiredService<IPurchaseStore>();
        var (id, _) = await shop.SellAsync();
        var sold = (await store.FindAsync(id, Cancel)).ShouldNotBeNull();
        var elsewhere = await store.AddAsync(sold with { Id = Guid.CreateVersion7(), ClientKey = null, CheckoutId = "cs_1", Provider = "paddle", Version = 1 }, Cancel);

        var problem = await shop.App.ActAsync(409, Act, new { account = "ann", purchaseId = elsewhere.Id, reason = "x" });

        problem.GetProperty("provider").GetString().ShouldBe("paddle");
        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("dashboard of 'paddle'");
        (await shop.App.JsonAsync($"{AdminApp.Api}/purchases/{elsewhere.Id}", AdminApp.Admin)).GetProperty("providerInUse").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task What_was_not_paid_or_is_another_s_is_not_refunded()
    {
        await using var shop = await AdminShop.OpenAsync();
        var (sold, _) = await shop.SellAsync();
        var (open, _) = await shop.BuyAsync("starter", "ann");

        await shop.App.ActAsync(409, Act, new { account = "ann", purchaseId = open, reason = "x" });
        await shop.App.ActAsync(404, Act, new { account = "bob", purchaseId = sold, reason = "x" });
        await shop.App.ActAsync(404, Act, new { account = "ann", purchaseId = Guid.NewGuid(), reason = "x" });
    }

    [Theory]
    [InlineData("{\"account\":\"ann\",\"reason\":\"x\"}", "purchaseId is missing")]
    [InlineData("{\"purchaseId\":\"3f0c9b7e-0000-7000-8000-000000000000\",\"reason\":\"x\"}", "account is missing")]
    [InlineData("{\"account\":\"ann\",\"purchaseId\":\"3f0c9b7e-0000-7000-8000-000000000000\"}", "no reason")]
    [InlineData("{\"account\":\"ann\",\"purchaseId\":\"x\",\"reason\":\"x\"}", "no such JSON")]
    [InlineData("{\"account\":\"ann\",\"purchaseId\":\"3f0c9b7e-0000-7000-8000-000000000000\",\"reason\":\"x\",\"amount\":5}", "amount")]
    public async Task A_bad_refund_is_told_what_is_wrong(string body, string fault)
    {
        await using var app = await AdminApp.StartAsync();

        using var response = await app.ActAsync(Act, JsonDocument.Parse(body).RootElement);

        (await TestApp.ReadAsync(response, 400)).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain(fault, Case.Sensitive);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Nothing_and_less_can_t_be_refunded(int money)
    {
        await using var shop = await AdminShop.OpenAsync();
        var (id, _) = await shop.SellAsync();

        (await shop.App.ActAsync(400, Act, new { account = "ann", purchaseId = id, money, reason = "x" })).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("more than zero");
    }

    [Fact]
    public async Task Another_site_can_t_refund()
    {
        await using var shop = await AdminShop.OpenAsync();
        var (id, _) = await shop.SellAsync();

        using var response = await shop.App.ActAsync(Act, new { account = "ann", purchaseId = id, reason = "x" }, change: request => request.Headers.Add("Sec-Fetch-Site", "cross-site"));

        await TestApp.ReadAsync(response, 403);
        (await shop.PurchaseAsync(id, "ann")).GetProperty("status").GetString().ShouldBe("delivered");
    }

    /// <summary>A provider where everything is paid at once, and which refuses refunds while it is told to.</summary>
    private sealed class MoodyPayments : IPaymentProvider
    {
        private readonly Dictionary<string, Payment> payments = [];

        public PaymentProviderException? Refuse { get; set; }

        public string Name => "moody";

        public async Task<(Shop Shop, Guid Id, Guid Other)> OpenAsync()
        {
            var shop = await AdminShop.OpenAsync(services => services.Replace(ServiceDescriptor.Singleton<IPaymentProvider>(this)));
            var (id, _) = await shop.BuyAsync("creator", "ann");
            var (other, _) = await shop.BuyAsync("creator", "ann");
            (await shop.PurchaseAsync(id, "ann")).GetProperty("status").GetString().ShouldBe("delivered");
            (await shop.PurchaseAsync(other, "ann")).GetProperty("status").GetString().ShouldBe("delivered");
            return (shop, id, other);
        }

        public Task<CheckoutSession> CreateCheckoutAsync(CheckoutRequest request, CancellationToken cancellationToken = default)
        {
            var id = $"c_{request.PurchaseId:N}";
            payments[id] = new Payment { CheckoutId = id, PaymentId = $"p_{request.PurchaseId:N}", PurchaseId = request.PurchaseId, Status = PaymentStatus.Paid, Total = request.Price };
            return Task.FromResult(new CheckoutSession(id, new Uri($"https://pay.example/{id}"), null));
        }

        public WebhookResult ReadWebhook(WebhookRequest request) => new WebhookResult.Rejected("None are sent.");

        public Task<Payment?> FindPaymentAsync(string id, CancellationToken cancellationToken = default) => Task.FromResult(payments.GetValueOrDefault(id));

        public Task RefundAsync(RefundRequest request, CancellationToken cancellationToken = default)
        {
            payments[request.CheckoutId] = Refuse is { } refusal ? throw refusal : payments[request.CheckoutId] with { Refunded = payments[request.CheckoutId].Refunded + request.Amount.Amount };
            return Task.CompletedTask;
        }

        public Task<Uri?> CreatePortalAsync(string customerId, Uri returnUrl, CancellationToken cancellationToken = default) => Task.FromResult<Uri?>(null);
    }
}
