using AiCredits.AspNetCore.Problems;
using AiCredits.Plans;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Plans;

/// <summary>The refusals of the plan endpoints.</summary>
internal static class PlanProblems
{
    public static IResult UnknownPlan(this CreditProblems problems, HttpContext context, IPlanCatalog plans) => problems.BadRequest(
        context, "unknown-plan", "There is no such plan", "Use one of allowedPlans.", ("allowedPlans", plans.Plans.Select(plan => plan.Id).ToArray()));

    public static IResult BadSeats(this CreditProblems problems, HttpContext context, int minimum, int maximum) => problems.BadRequest(
        context, "invalid-seats", "The number of seats is out of range", $"The plan has {minimum} to {maximum} seats.", ("minimum", minimum), ("maximum", maximum));
}
