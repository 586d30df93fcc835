using AiCredits.Guests;
using AiCredits.Metering;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>
/// What a handler of a paid endpoint can know and say of its generation, through
/// <c>HttpContext.Features.Get&lt;ICreditsFeature&gt;()</c> or <c>HttpContext.GetCredits()</c>.
/// </summary>
/// <remarks>Belongs to one request; not thread-safe. What is said counts when the handler ends.</remarks>
public interface ICreditsFeature
{
    /// <summary>What is held and for whom; null until it is held, and when the ledger could not be reached and the app fails open.</summary>
    GenerationTicket? Ticket { get; }

    /// <summary>What will be charged: the actual cost if it was set, else the price; zero for a guest.</summary>
    Credits Charged { get; }

    /// <summary>What the account will have left after that; zero for a guest.</summary>
    Credits Remaining { get; }

    /// <summary>What a guest has left after this generation; null for an account.</summary>
    GuestUsage? GuestUsage { get; }

    /// <summary>Says what the generation really cost, where that is known only afterwards. Never more than the price is charged unless the options allow it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The cost is below zero.</exception>
    void SetActualCost(Credits cost);

    /// <summary>Records the prompt, as far as the options say that prompts are kept.</summary>
    void SetPrompt(string prompt);

    /// <summary>Records what the model's provider said of the request.</summary>
    /// <param name="requestId">The provider's id of the request.</param>
    /// <param name="costMillionths">What the provider takes, in millionths of <paramref name="currency"/>.</param>
    /// <param name="currency">The ISO 4217 code.</param>
    void SetProvider(string? requestId, long? costMillionths = null, string? currency = null);

    /// <summary>Says that the generation delivered, whatever becomes of the connection.</summary>
    void Succeed();

    /// <summary>Says that the generation failed, whatever the answer's status is: nothing is charged.</summary>
    void Fail(string reason);

    /// <summary>Says that moderation refused the generation.</summary>
    void Reject(string reason);

    /// <summary>Says that the answer is streamed from here on: it is passed on as it is written.</summary>
    void StreamOutput();

    /// <summary>
    /// Takes the ticket out of the request: a background job goes on and settles it with
    /// <see cref="CreditMeter.SettleAsync"/>. The request settles nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing is held.</exception>
    GenerationTicket HandOver();
}
