using AiCredits.Guests;

namespace AiCredits.Metering;

/// <summary>Who a generation is for: an account that pays with credits, or a guest who pays with free uses.</summary>
public abstract record Caller
{
    private Caller()
    {
    }

    /// <summary>An account.</summary>
    /// <param name="Id">Its id.</param>
    public sealed record Account(AccountId Id) : Caller
    {
        /// <summary>The member of a shared account who generates; null where the account is one person's.</summary>
        public string? Member { get; init; }
    }

    /// <summary>A guest.</summary>
    /// <param name="Identity">By every signal there is.</param>
    public sealed record Guest(GuestIdentity Identity) : Caller;
}
