using AiCredits.Guests;
using AiCredits.Metering;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>
/// What a handler of a paid endpoint can know and say of its generation: as a parameter of a minimal API's handler, or
/// through <c>HttpContext.GetCredits()</c>.
/// </summary>
/// <remarks>Belongs to one request; not thread-safe. What is said last counts, when the handler ends; afterwards it only tells.</remarks>
public interface ICreditsFeature
{
    /// <summary>What is held and for whom; null until it is held, and when the ledger could not be reached and the app fails open.</summary>
    GenerationTicket? Ticket { get; }

    /// <summary>What will be charged, or was: the actual cost if it was set, else the price; zero for a guest.</summary>
    Credits Charged { get; }

    /// <summary>What the account will have left after that; zero for a guest.</summary>
    Credits Remaining { get; }

    /// <summary>What a guest has left after this generation; null for an account.</summary>
    GuestUsage? GuestUsage { get; }

    /// <summary>Says what the generation really cost, where that is known only afterwards. Never more than the price is charged unless the options allow it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The cost is below zero.</exception>
    void SetActualCost(Credits cost);

    /// <summary>Records the prompt, at the settlement and as far as the options say that prompts are kept.</summary>
    void SetPrompt(string prompt);

    /// <summary>Records what the model's provider said of the request.</summary>
    /// <param name="requestId">The provider's id of the request.</param>
    /// <param name="costMillionths">What the provider takes, in millionths of <paramref name="currency"/>.</param>
    /// <param name="currency">The ISO 4217 code.</param>
    void SetProvider(string? requestId, long? costMillionths = null, string? currency = null);

    /// <summary>Says that the generation delivered, whatever becomes of the answer and the connection.</summary>
    void Succeed();

    /// <summary>Says that the generation failed, whatever the answer's status is: nothing is charged.</summary>
    void Fail(string reason);

    /// <summary>Says that moderation refused the generation.</summary>
    void Reject(string reason);

    /// <summary>Says that the answer is streamed from here on: it is passed on as it is written.</summary>
    void StreamOutput();

    /// <summary>
    /// Takes the ticket out of the request: a background job goes on and settles it with
    /// <see cref="CreditMeter.SettleAsync"/>. The request settles nothing, however it ends: hand over once the job is safely
    /// queued, and give the endpoint a lease that is longer than the job.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing is held, or the request is over.</exception>
    GenerationTicket HandOver();

    /// <summary>Lets handlers of minimal APIs take the feature as a parameter.</summary>
    /// <exception cref="InvalidOperationException">The endpoint is not paid.</exception>
    static ValueTask<ICreditsFeature> BindAsync(HttpContext context) => new(context.GetCredits());
}
