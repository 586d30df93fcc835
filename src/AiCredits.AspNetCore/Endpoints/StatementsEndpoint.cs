using System.Text.Json.Serialization;
using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.Metering;
using AiCredits.Statements;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Endpoints;

/// <summary>GET /credits/statements: what happened in a period; GET /credits/balance: what there was at a time.</summary>
internal static class StatementsEndpoint
{
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(366);

    public static async Task<IResult> GetStatementAsync(
        HttpContext context,
        string? from,
        string? to,
        ICallerResolver callers,
        CreditProblems problems,
        AccountStatements statements,
        CancellationToken cancellationToken)
    {
        if (await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false) is not Caller.Account { Id: var account })
        {
            return problems.SignInRequired(context);
        }

        var faults = new QueryFaults();
        var (start, end) = (faults.Required("from", from), faults.Required("to", to));
        if (!faults.Any && (end <= start || end - start > LongestPeriod))
        {
            faults.Add("to", $"Use a time after from, at most {LongestPeriod.TotalDays:0} days later.");
        }

        if (faults.Any)
        {
            return faults.ToResult(context, problems);
        }

        var statement = await statements.GetTotalsAsync(account, start, end, cancellationToken).ConfigureAwait(false);
        return CreditsJson.Ok(new StatementResponse(
            statement.From,
            statement.To,
            statement.Opening.ToDecimal(),
            statement.Granted.ToDecimal(),
            statement.Refunded.ToDecimal(),
            statement.Spent.ToDecimal(),
            statement.Expired.ToDecimal(),
            statement.Revoked.ToDecimal(),
            statement.TransferredOut.ToDecimal(),
            statement.Closing.ToDecimal()));
    }

    public static async Task<IResult> GetBalanceAsync(
        HttpContext context,
        string? at,
        ICallerResolver callers,
        CreditProblems problems,
        AccountStatements statements,
        CancellationToken cancellationToken)
    {
        if (await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false) is not Caller.Account { Id: var account })
        {
            return problems.SignInRequired(context);
        }

        var faults = new QueryFaults();
        var time = faults.Required("at", at);
        if (faults.Any)
        {
            return faults.ToResult(context, problems);
        }

        var balance = await statements.GetBalanceAsync(account, time, cancellationToken).ConfigureAwait(false);
        return CreditsJson.Ok(new BalanceResponse(balance.At, balance.Available.ToDecimal(), balance.Held.ToDecimal(), balance.Debt.ToDecimal()));
    }

    // A microsecond is the finest step of time; year 1 and year 9999 leave no room beside them.
    private static DateTime Required(this QueryFaults faults, string parameter, string? text)
    {
        var time = faults.Time(parameter, text);
        if (string.IsNullOrEmpty(text) || time is { Year: < 1970 or > 9000 })
        {
            faults.Add(parameter, "Use an ISO 8601 date or time, such as 2026-11-01 or 2026-11-01T12:00:00Z.");
        }

        return time ?? default;
    }

    /// <summary>Always: opening + granted + refunded - spent - expired - revoked - transferredOut = closing.</summary>
    [JsonNumberHandling(JsonNumberHandling.Strict)]
    internal sealed record StatementResponse(
        DateTime From,
        DateTime To,
        decimal Opening,
        decimal Granted,
        decimal Refunded,
        decimal Spent,
        decimal Expired,
        decimal Revoked,
        decimal TransferredOut,
        decimal Closing);

    /// <summary>What there was after the last entry at or before the time.</summary>
    [JsonNumberHandling(JsonNumberHandling.Strict)]
    internal sealed record BalanceResponse(DateTime At, decimal Balance, decimal Held, decimal Debt);
}
