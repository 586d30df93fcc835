using AiCredits.Events;
using AiCredits.Payments;
using AiCredits.Purchases;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.Conformance;

/// <summary>
/// What every <see cref="IPurchaseStore"/> must do, through its public face. Derive one class per store, give it an empty
/// one, and name the store with <see cref="ProvesAttribute"/>.
/// </summary>
public abstract class PurchaseStoreConformance : IAsyncLifetime
{
    private static readonly AccountId Alice = new("alice");
    private static readonly AccountId Bob = new("bob");
    private IPurchaseStore? store;

    /// <summary>The clock to build the store with, where it takes one.</summary>
    protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>The store under test.</summary>
    protected IPurchaseStore Store => store ?? throw new InvalidOperationException("The store is made in InitializeAsync.");

    /// <summary>The outbox that the store writes to.</summary>
    protected abstract IEventOutbox Outbox { get; }

    /// <summary>What admins look up over the same data.</summary>
    protected abstract IPurchaseDirectory Directory { get; }

    /// <summary>Cancels the test.</summary>
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DateTime Now => UtcMicroseconds.Now(Clock);

    /// <summary>Makes a store with nothing in it that no other test uses at the same time.</summary>
    protected abstract ValueTask<IPurchaseStore> CreateAsync();

    /// <summary>Makes a second store over the same data, as another instance of the app would have. The same object where data can't be shared.</summary>
    protected abstract ValueTask<IPurchaseStore> CreateSecondAsync();

    /// <summary>Gives up what <see cref="CreateAsync"/> made.</summary>
    protected virtual ValueTask CleanUpAsync() => default;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        store = await CreateAsync();
        ProvesAttribute.Ensure(GetType(), store);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_is_kept_comes_back_whole()
    {
        var small = New(Alice);
        var full = Full(New(Alice, "key"));

        (await Store.AddAsync(small, Cancel)).ShouldBe(small);
        (await Store.AddAsync(full, Cancel)).ShouldBe(full);

        (await Store.FindAsync(small.Id, Cancel)).ShouldBe(small);
        (await Store.FindAsync(full.Id, Cancel)).ShouldBe(full);
        (await Store.FindAsync(Guid.CreateVersion7(), Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task An_id_or_a_key_of_an_account_is_kept_once()
    {
        var first = await Store.AddAsync(New(Alice, "click"), Cancel);

        (await Store.AddAsync(New(Alice, "click"), Cancel)).ShouldBe(first);
        (await Store.AddAsync(first with { PackId = "other", ClientKey = "other" }, Cancel)).ShouldBe(first);
        var others = new[] { New(Bob, "click"), New(Alice, "Click"), New(Alice), New(Alice) };
        foreach (var other in others)
        {
            (await Store.AddAsync(other, Cancel)).ShouldBe(other);
        }
    }

    [Fact]
    public async Task Of_many_at_once_with_one_key_one_is_kept()
    {
        IPurchaseStore[] instances = [Store, await CreateSecondAsync()];

        var kept = await Task.WhenAll(Enumerable.Range(0, 10).Select(index => Task.Run(async () => await instances[index % 2].AddAsync(New(Alice, "click"), Cancel), Cancel)));

        kept.Select(one => one.Id).Distinct().ShouldHaveSingleItem();
        (await Store.ListAsync(new PurchaseQuery(Alice), Cancel)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_update_needs_the_version_before_it_and_tells_its_events_or_neither()
    {
        var purchase = await Store.AddAsync(New(Alice), Cancel);
        var changed = Full(purchase) with { Version = purchase.Version + 1 };
        var told = Failed(purchase, 1);

        (await Store.UpdateAsync(changed with { Version = purchase.Version + 2 }, [Failed(purchase, 2)], Cancel)).ShouldBeFalse();
        (await Store.UpdateAsync(changed with { Version = purchase.Version }, [Failed(purchase, 3)], Cancel)).ShouldBeFalse();
        (await Store.UpdateAsync(New(Bob), [Failed(purchase, 4)], Cancel)).ShouldBeFalse();
        (await Store.FindAsync(purchase.Id, Cancel)).ShouldBe(purchase);

        (await Store.UpdateAsync(changed, [told], Cancel)).ShouldBeTrue();
        (await Store.UpdateAsync(changed, [Failed(purchase, 5)], Cancel)).ShouldBeFalse();

        (await Store.FindAsync(purchase.Id, Cancel)).ShouldBe(changed);
        (await Outbox.LeaseAsync(10, TimeSpan.FromMinutes(1), Cancel)).ShouldHaveSingleItem().Event.ShouldBe(told);
    }

    [Fact]
    public async Task Of_many_updates_at_once_one_wins()
    {
        IPurchaseStore[] instances = [Store, await CreateSecondAsync()];
        var purchase = await Store.AddAsync(New(Alice), Cancel);

        var won = await Task.WhenAll(Enumerable.Range(0, 10).Select(index => Task.Run(
            async () => await instances[index % 2].UpdateAsync(purchase with { Fault = $"{index}", Version = purchase.Version + 1 }, [Failed(purchase, index)], Cancel),
            Cancel)));

        won.Count(one => one).ShouldBe(1);
        (await Store.FindAsync(purchase.Id, Cancel))!.Fault.ShouldBe($"{Array.IndexOf(won, true)}");
        (await Outbox.LeaseAsync(10, TimeSpan.FromMinutes(1), Cancel)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_purchase_is_found_by_its_provider_s_checkout()
    {
        var purchase = await Store.AddAsync(New(Alice) with { CheckoutId = "cs_1" }, Cancel);
        await Store.AddAsync(New(Bob) with { CheckoutId = "cs_1", Provider = "other" }, Cancel);

        (await Store.FindByCheckoutAsync("stripe", "cs_1", Cancel)).ShouldBe(purchase);
        (await Store.FindByCheckoutAsync("stripe", "CS_1", Cancel)).ShouldBeNull();
        (await Store.FindByCheckoutAsync("paddle", "cs_1", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task The_latest_customer_of_the_account_at_the_provider_counts()
    {
        await Store.AddAsync(New(Alice) with { CustomerId = "cus_old" }, Cancel);
        await Store.AddAsync(New(Alice) with { CustomerId = "cus_new" }, Cancel);
        await Store.AddAsync(New(Alice), Cancel);
        await Store.AddAsync(New(Alice) with { CustomerId = "elsewhere", Provider = "other" }, Cancel);
        await Store.AddAsync(New(Bob) with { CustomerId = "cus_bob" }, Cancel);

        (await Store.FindCustomerAsync(Alice, "stripe", Cancel)).ShouldBe("cus_new");
        (await Store.FindCustomerAsync(new AccountId("carol"), "stripe", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task A_list_is_one_account_s_newest_first_in_pages()
    {
        var all = new List<Purchase>();
        for (var index = 0; index < 5; index++)
        {
            all.Insert(0, await Store.AddAsync(New(Alice), Cancel));
            await Store.AddAsync(New(Bob), Cancel);
        }

        (await Store.ListAsync(new PurchaseQuery(Alice), Cancel)).ShouldBe(all);
        var page = await Store.ListAsync(new PurchaseQuery(Alice) { Limit = 2 }, Cancel);
        page.ShouldBe(all.Take(2));
        (await Store.ListAsync(new PurchaseQuery(Alice) { Before = page[1].Id }, Cancel)).ShouldBe(all.Skip(2));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.ListAsync(new PurchaseQuery(Alice) { Limit = 0 }, Cancel));
    }

    [Fact]
    public async Task What_is_due_comes_longest_overdue_first()
    {
        var now = Now;
        var later = await Store.AddAsync(New(Alice) with { DueAt = now }, Cancel);
        var sooner = await Store.AddAsync(New(Bob) with { DueAt = now.AddMinutes(-1) }, Cancel);
        await Store.AddAsync(New(Alice) with { DueAt = now.AddMicroseconds(1) }, Cancel);
        await Store.AddAsync(New(Alice), Cancel);

        (await Store.ListDueAsync(now, 10, Cancel)).ShouldBe([sooner, later]);
        (await Store.ListDueAsync(now, 1, Cancel)).ShouldBe([sooner]);
    }

    [Fact]
    public async Task A_search_goes_across_accounts_newest_first_with_filters_and_in_pages()
    {
        var paid = await Store.AddAsync(New(Alice) with { Status = PurchaseStatus.Paid }, Cancel);
        var disputed = await Store.AddAsync(New(Bob) with { Status = PurchaseStatus.Disputed }, Cancel);
        var between = Now;
        var delivered = await Store.AddAsync(New(Alice) with { Status = PurchaseStatus.Delivered }, Cancel);
        var pending = await Store.AddAsync(New(Bob), Cancel);

        (await FindAsync(new())).ShouldBe([pending, delivered, disputed, paid]);
        (await FindAsync(new() { Statuses = PurchaseSearch.NeedAttention })).ShouldBe([disputed, paid]);
        (await FindAsync(new() { Statuses = [PurchaseStatus.Pending] })).ShouldBe([pending]);
        (await FindAsync(new() { Account = Alice })).ShouldBe([delivered, paid]);
        (await FindAsync(new() { Account = Alice, Statuses = PurchaseSearch.NeedAttention })).ShouldBe([paid]);
        (await FindAsync(new() { Account = new AccountId("ALICE") })).ShouldBeEmpty();
        (await FindAsync(new() { From = between.AddMicroseconds(1) })).ShouldBe([pending, delivered]);
        (await FindAsync(new() { From = paid.CreatedAt, To = disputed.CreatedAt })).ShouldBe([paid]);
        (await FindAsync(new() { Limit = 3 })).ShouldBe([pending, delivered, disputed]);
        (await FindAsync(new() { Limit = 3, Before = disputed.Id })).ShouldBe([paid]);
        await Should.ThrowAsync<ArgumentException>(async () => await FindAsync(new() { Limit = 1_001 }));

        ValueTask<IReadOnlyList<Purchase>> FindAsync(PurchaseSearch search) => Directory.FindPurchasesAsync(search, Cancel);
    }

    private static CreditEvent.PurchaseFailed Failed(Purchase purchase, long sequence) =>
        new(purchase.Account, sequence, purchase.CreatedAt, purchase.Id, true, null);

    private static Purchase Full(Purchase purchase) => purchase with
    {
        Status = PurchaseStatus.Disputed,
        Fault = "It doesn't fit: \"ä\".",
        CreditsExpireAfter = TimeSpan.FromDays(365),
        PaidAt = purchase.CreatedAt.AddMinutes(1),
        DeliveredAt = purchase.CreatedAt.AddMinutes(2),
        ChangedAt = purchase.CreatedAt.AddMinutes(3),
        CheckoutId = $"cs_{purchase.Id:N}",
        CheckoutUrl = new Uri("https://pay.example/c/1?a=%C3%A4#fid"),
        CheckoutExpiresAt = purchase.CreatedAt.AddDays(1),
        PaymentId = "pi_1",
        CustomerId = "cus_1",
        ReceiptUrl = new Uri("https://pay.example/r/1"),
        Total = new Money(17.84m, "USD"),
        Refunded = 1.01m,
        Disputed = 2.02m,
        DisputesLost = 3.03m,
        Fulfilment = new PurchaseFulfilment
        {
            Movements = 3,
            Pending = new PurchaseMovement(3, PurchaseMovementKind.TakeAll, PurchasePart.Bonus, Credits.FromMillionths(1_234_567), 8, purchase.CreatedAt.AddDays(2), "Refund: Creator") { Actor = "ann" },
            Parcels =
            [
                new PurchaseParcel(PurchasePart.Paid, 7, 100),
                new PurchaseParcel(PurchasePart.Bonus, 8, 10) { Taken = 3, Owed = 2, Gone = 1 },
            ],
            Refunds =
            [
                new OrderedRefund("k1", 1.01m, purchase.CreatedAt.AddHours(1)) { Actor = "ann", Reason = "asked \"for\"", Made = true },
                new OrderedRefund("k2", 0.5m, purchase.CreatedAt.AddHours(2)),
            ],
            ToldRefunded = 1.01m,
            ToldDisputed = 0.5m,
            ToldLost = 0.25m,
        },
        DueAt = purchase.CreatedAt.AddHours(6),
    };

    // Ids in the order of their making, as real ones are.
    private Purchase New(AccountId account, string? key = null)
    {
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        return new Purchase
        {
            Id = Guid.CreateVersion7(Clock.GetUtcNow()),
            Account = account,
            PackId = "creator",
            PackName = "Creator",
            Price = new Money(14.99m, "USD"),
            Credits = 110,
            BonusCredits = 10,
            Provider = "stripe",
            ClientKey = key,
            CreatedAt = Now,
            ChangedAt = Now,
            Version = 1,
        };
    }
}
