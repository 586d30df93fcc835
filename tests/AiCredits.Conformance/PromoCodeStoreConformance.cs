using AiCredits.Promotions;

namespace AiCredits.Conformance;

/// <summary>What every <see cref="IPromoCodeStore"/> must do.</summary>
public abstract class PromoCodeStoreConformance : StoreSuite<IPromoCodeStore>
{
    private static readonly AccountId Ann = new("ann");
    private static readonly DateTime LongAgo = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime FarAway = new(2120, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task A_code_comes_back_as_it_was_kept_and_its_name_is_taken()
    {
        var code = Code("LAUNCH") with
        {
            Credits = 0.000001m,
            MaxRedemptions = 7,
            MaxPerAccount = 2,
            StartsAt = LongAgo,
            EndsAt = FarAway,
            CreditsExpireAfter = TimeSpan.FromDays(30),
            Description = "Ä launch",
            Actor = "admin",
        };

        (await Store.AddAsync(code, Cancel)).ShouldBeTrue();

        (await Store.AddAsync(Code("LAUNCH"), Cancel)).ShouldBeFalse();
        (await Store.FindAsync("LAUNCH", Cancel)).ShouldBe(code);
        (await Store.FindAsync("LUNCH", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Of_many_that_add_one_name_at_once_one_succeeds() =>
        (await AtOnceAsync(8, (store, index) => store.AddAsync(Code("ONE") with { Credits = index + 1 }, Cancel))).Count(added => added).ShouldBe(1);

    [Fact]
    public async Task Codes_are_listed_by_name_in_pages()
    {
        foreach (var name in new[] { "CCC", "AAA", "BBB" })
        {
            await Store.AddAsync(Code(name), Cancel);
        }

        (await Store.ListAsync(null, 2, Cancel)).Select(code => code.Code).ShouldBe(["AAA", "BBB"]);
        (await Store.ListAsync("BBB", 2, Cancel)).Select(code => code.Code).ShouldBe(["CCC"]);
    }

    [Fact]
    public async Task A_redemption_is_counted_before_it_is_granted_and_carried_through_by_whoever_asks_again()
    {
        await Store.AddAsync(Code("ONCE") with { CreditsExpireAfter = TimeSpan.FromDays(1), Description = "Once" }, Cancel);

        var first = (await Store.ReserveAsync("ONCE", Ann, Cancel)).ShouldBeOfType<PromoReservation.Reserved>().Redemption;

        first.ShouldBe(new PromoRedemption(Ann, "ONCE", 1, 5, first.At) { ExpiresAt = first.At.AddDays(1), Description = "Once" });
        (await Store.FindAsync("ONCE", Cancel))!.Redeemed.ShouldBe(1);
        (await Store.ReserveAsync("ONCE", Ann, Cancel)).ShouldBe(new PromoReservation.Reserved(first));
        (await Store.GetUnfinishedAsync(10, Cancel)).ShouldBe([first]);

        await Store.CompleteAsync(first, Cancel);
        await Store.CompleteAsync(first, Cancel);

        (await Store.GetUnfinishedAsync(10, Cancel)).ShouldBeEmpty();
        var last = (await Store.ReserveAsync("ONCE", Ann, Cancel)).ShouldBeOfType<PromoReservation.AlreadyRedeemed>().Last;
        last.GrantedAt.ShouldNotBeNull();
        (last with { GrantedAt = null }).ShouldBe(first);
        (await Store.FindAsync("ONCE", Cancel))!.Redeemed.ShouldBe(1);
    }

    [Fact]
    public async Task Many_accounts_at_once_never_pass_the_limit_of_a_code()
    {
        await Store.AddAsync(Code("FEW") with { MaxRedemptions = 5 }, Cancel);

        var answers = await AtOnceAsync(16, (store, index) => store.ReserveAsync("FEW", new AccountId($"account-{index}"), Cancel));

        answers.OfType<PromoReservation.Reserved>().Count().ShouldBe(5);
        answers.OfType<PromoReservation.UsedUp>().Count().ShouldBe(11);
        (await Store.FindAsync("FEW", Cancel))!.Redeemed.ShouldBe(5);
    }

    [Fact]
    public async Task One_account_at_once_never_passes_its_own_limit()
    {
        await Store.AddAsync(Code("MINE") with { MaxPerAccount = 3 }, Cancel);

        // Who comes while one is unfinished is given that one, so that a few rounds are needed to reach the limit.
        var answers = new List<PromoReservation>();
        for (var round = 0; round < 4; round++)
        {
            answers.AddRange(await AtOnceAsync(6, async (store, _) =>
            {
                var answer = await store.ReserveAsync("MINE", Ann, Cancel);
                if (answer is PromoReservation.Reserved reserved)
                {
                    await store.CompleteAsync(reserved.Redemption, Cancel);
                }

                return answer;
            }));
        }

        answers.OfType<PromoReservation.Reserved>().Select(reserved => reserved.Redemption.Number).Distinct().Order().ShouldBe([1, 2, 3]);
        answers[^1].ShouldBeOfType<PromoReservation.AlreadyRedeemed>();
        (await Store.FindAsync("MINE", Cancel))!.Redeemed.ShouldBe(3);
    }

    [Fact]
    public async Task A_code_that_is_not_in_force_is_as_good_as_none_but_what_was_counted_is_carried_through()
    {
        await Store.AddAsync(Code("LATER") with { StartsAt = FarAway }, Cancel);
        await Store.AddAsync(Code("OVER") with { EndsAt = LongAgo }, Cancel);
        await Store.AddAsync(Code("RETIRED"), Cancel);
        var begun = (await Store.ReserveAsync("RETIRED", Ann, Cancel)).ShouldBeOfType<PromoReservation.Reserved>();

        (await Store.RetireAsync("RETIRED", Cancel)).ShouldBeTrue();
        (await Store.RetireAsync("RETIRED", Cancel)).ShouldBeTrue();
        (await Store.RetireAsync("NOBODY", Cancel)).ShouldBeFalse();

        foreach (var name in new[] { "LATER", "OVER", "RETIRED", "NOBODY" })
        {
            (await Store.ReserveAsync(name, new AccountId("bob"), Cancel)).ShouldBeOfType<PromoReservation.NotValid>(name);
        }

        (await Store.ReserveAsync("RETIRED", Ann, Cancel)).ShouldBe(begun);
        (await Store.FindAsync("RETIRED", Cancel))!.Retired.ShouldBeTrue();
    }

    private static PromoCode Code(string name) => new() { Code = name, Credits = 5, CreatedAt = LongAgo };
}
