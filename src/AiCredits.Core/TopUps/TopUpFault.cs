namespace AiCredits.TopUps;

/// <summary>Why a top-up waits for its owner. The numbers are stored: never renumber one.</summary>
public enum TopUpFault
{
    /// <summary>The card was declined too often.</summary>
    Declined = 1,

    /// <summary>The bank wants the owner to confirm: buy once by hand, or save the card anew.</summary>
    AuthenticationRequired = 2,

    /// <summary>The pack is no longer sold.</summary>
    PackGone = 3,

    /// <summary>The outcome of a charge could not be learnt within a day. It is never charged again; look at the provider's dashboard.</summary>
    OutcomeUnknown = 4,

    /// <summary>A purchase was refunded or disputed since the owner agreed: nobody is charged again for what was given back, until the owner agrees anew.</summary>
    PaymentReturned = 5,

    /// <summary>A charge was taken and can't be delivered, since it isn't what was agreed. Look at the purchase.</summary>
    NotDelivered = 6,
}
