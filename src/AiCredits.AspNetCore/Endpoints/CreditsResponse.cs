using System.Text.Json.Serialization;
using AiCredits.AspNetCore.Teams;

namespace AiCredits.AspNetCore.Endpoints;

/// <summary>Who the caller is and what they can spend: <see cref="Credits"/> for a user, <see cref="GuestInfo"/> for a guest.</summary>
internal sealed record CreditsResponse(bool Authenticated)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CreditFigures? Credits { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MemberItem? Member { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Transaction>? RecentTransactions { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GuestInfo? GuestInfo { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SignUp? SignUp { get; init; }
}

/// <summary>The figures of an account, in credits.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record CreditFigures(
    decimal Balance,
    decimal Held,
    decimal Welcome,
    decimal Purchased,
    decimal LifetimeEarned,
    decimal LifetimeSpent,
    bool LowBalance,
    DateTime? NextExpiry);

/// <summary>What a guest has left.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record GuestInfo(int Limit, int Used, int Remaining, DateTime? ResetsAt, double WindowHours);

/// <summary>What signing up gives, and where.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
internal sealed record SignUp(decimal WelcomeCredits, string Url);
