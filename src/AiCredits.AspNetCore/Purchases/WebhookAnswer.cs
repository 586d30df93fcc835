namespace AiCredits.AspNetCore.Purchases;

/// <summary>What is to be answered to a webhook.</summary>
internal enum WebhookAnswer
{
    /// <summary>It was dealt with, or is about nothing that matters here: 200.</summary>
    Done,

    /// <summary>It can never be right: 400.</summary>
    Rejected,

    /// <summary>Nobody here knows that provider: 404.</summary>
    UnknownProvider,

    /// <summary>It must be sent again: 503.</summary>
    SendAgain,
}
