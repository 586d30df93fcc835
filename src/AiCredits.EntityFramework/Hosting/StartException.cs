namespace AiCredits.EntityFramework.Hosting;

/// <summary>Why the app can't start, with a code and the fix; never taken for an outage, whatever the database said beneath it.</summary>
internal sealed class StartException(string message, Exception? innerException = null) : InvalidOperationException(message, innerException);
