using AiCredits.Payments;
using AiCredits.Plans;
using CsCheck;

namespace AiCredits.Core.Tests.Plans;

public sealed class SubscriptionRulesTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    [Theory]
    [InlineData("2027-01-31", "2027-02-28", 1)]
    [InlineData("2027-02-28", "2027-03-31", 1)]
    [InlineData("2027-01-31", "2028-01-31", 12)]
    [InlineData("2028-02-29", "2029-02-28", 12)]
    public void The_slots_of_a_period_follow_each_other_without_a_gap_and_end_with_it(string from, string to, int slots)
    {
        var subscription = Active(Day(from), Day(to), slots == 1 ? PlanInterval.Month : PlanInterval.Year);
        var starts = new List<DateTime>();
        for (var now = Day(from); now < Day(to);)
        {
            var slot = SubscriptionRules.SlotAt(subscription, Grace, now).ShouldNotBeNull();
            slot.Start.ShouldBe(now);
            starts.Add(now);
            SubscriptionRules.SlotAt(subscription, Grace, slot.End.AddTicks(-10))!.Start.ShouldBe(now);
            now = slot.End;
        }

        starts.Count.ShouldBe(slots);
        SubscriptionRules.SlotAt(subscription, Grace, Day(to)).ShouldBeNull();
        SubscriptionRules.SlotAt(subscription, Grace, Day(from).AddTicks(-10)).ShouldBeNull();
    }

    [Fact]
    public void Whatever_is_switched_in_a_slot_never_is_more_granted_than_the_highest_level_of_it() =>
        Gen.Select(Gen.Int[1, 500], Gen.Double[0, 1]).Array[1, 20].Sample(switches =>
        {
            var start = Day("2027-01-01");
            var subscription = Active(start, start.AddMonths(1), PlanInterval.Month) with { Plan = Plan(100) };
            subscription = SubscriptionRules.Open(subscription, SubscriptionRules.SlotAt(subscription, Grace, start)!, Credits.Zero, Credits.Zero, Grace, null, null);
            var granted = subscription.Pending.Aggregate(Credits.Zero, (sum, grant) => sum + grant.Amount);
            foreach (var (credits, at) in switches.OrderBy(one => one.Item2))
            {
                var now = start + ((start.AddMonths(1) - start) * at * 0.999);
                subscription = subscription with { Plan = Plan(credits), Pending = [] };
                subscription = SubscriptionRules.Raise(subscription, SubscriptionRules.SlotAt(subscription, Grace, now)!, Grace, now, null);
                granted += subscription.Pending.Aggregate(Credits.Zero, (sum, grant) => sum + grant.Amount);
            }

            return granted <= Math.Max(100, switches.Max(one => one.Item1)) && granted == subscription.Slot!.Granted;
        });

    [Fact]
    public void What_the_provider_says_twice_or_in_between_ends_alike() =>
        Gen.Int[0, 3].Array[1, 12].Sample(order =>
        {
            var start = Day("2027-01-01");
            ProviderSubscription[] facts =
            [
                Facts(ProviderSubscriptionStatus.Active, start, "basic"),
                Facts(ProviderSubscriptionStatus.PastDue, start, "basic"),
                Facts(ProviderSubscriptionStatus.Paused, start, "basic"),
                Facts(ProviderSubscriptionStatus.Active, start, "plus"),
            ];
            var subscription = Active(start, start.AddMonths(1), PlanInterval.Month) with { Plan = Plan(100) with { Id = "basic" } };
            foreach (var index in order)
            {
                subscription = SubscriptionRules.Observe(subscription, facts[index], Plan(index == 3 ? 200 : 100) with { Id = facts[index].PlanId! }, start);
                subscription.ShouldBe(SubscriptionRules.Observe(subscription, facts[index], Plan(index == 3 ? 200 : 100) with { Id = facts[index].PlanId! }, start));
            }

            var last = facts[order[^1]];
            return subscription.State == (last.Status switch { ProviderSubscriptionStatus.Active => SubscriptionState.Active, ProviderSubscriptionStatus.Paused => SubscriptionState.Paused, _ => SubscriptionState.PastDue })
                && (subscription.NextPlan ?? subscription.Plan).Id == last.PlanId;
        });

    [Fact]
    public void What_has_ended_stays_so()
    {
        var ended = Active(Day("2027-01-01"), Day("2027-02-01"), PlanInterval.Month) with { State = SubscriptionState.Ended };

        SubscriptionRules.Observe(ended, Facts(ProviderSubscriptionStatus.Active, Day("2027-02-01"), "basic"), Plan(100), Day("2027-02-01")).ShouldBe(ended);
        SubscriptionRules.DueAt(ended, Grace, Day("2027-02-01")).ShouldBeNull();
    }

    private static Subscription Active(DateTime from, DateTime to, PlanInterval interval) => new()
    {
        Id = Guid.CreateVersion7(new DateTimeOffset(from)),
        Account = new AccountId("ann"),
        Provider = "fake",
        Plan = Plan(100) with { Interval = interval },
        State = SubscriptionState.Active,
        CreatedAt = from,
        PeriodStart = from,
        PeriodEnd = to,
        PaidThrough = to,
    };

    private static ProviderSubscription Facts(ProviderSubscriptionStatus status, DateTime from, string plan) =>
        new(status) { Id = "sub_1", PlanId = plan, PeriodStart = from, PeriodEnd = from.AddMonths(1), PaidThrough = from.AddMonths(1) };

    private static CreditPlan Plan(int credits) => new("plan", "Plan", new Money(5, "USD"), PlanInterval.Month, credits);

    private static DateTime Day(string text) => DateTime.SpecifyKind(DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture), DateTimeKind.Utc);
}
