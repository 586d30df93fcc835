namespace AiCredits.Referrals;

/// <summary>The answer to <see cref="ReferralProgramme.AttachAsync"/>.</summary>
public enum AttachResult
{
    /// <summary>The account is attached to its referrer, now or before.</summary>
    Attached = 0,

    /// <summary>There is no such code, or referrals are off.</summary>
    NotValid = 1,

    /// <summary>The code is the account's own.</summary>
    OwnCode = 2,

    /// <summary>The account was referred by somebody else.</summary>
    AlreadyAttached = 3,

    /// <summary>The account has bought something or has referred somebody itself, so it is not new.</summary>
    NotNew = 4,
}
