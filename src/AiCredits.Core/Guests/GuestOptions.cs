namespace AiCredits.Guests;

/// <summary>The settings of free generations for guests.</summary>
public sealed class GuestOptions
{
    /// <summary>False to let only signed-in users generate. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Free generations in a window. Default 3.</summary>
    public int Limit { get; set; } = 3;

    /// <summary>Free generations in a window for one client network, all its guests together; null for the same as <see cref="Limit"/>.</summary>
    public int? NetworkLimit { get; set; }

    /// <summary>How long the window is. Default 24 hours.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How the window moves. Default from the first use.</summary>
    public GuestWindowKind WindowKind { get; set; } = GuestWindowKind.FromFirstUse;

    /// <summary>Free generations in a window for all guests of the site together; null for no such limit.</summary>
    public int? SiteLimit { get; set; }

    /// <summary>
    /// The secret with which client addresses are hashed, at least 32 characters. Null to use one that is made once and
    /// kept in the store; set it to keep it out of the database.
    /// </summary>
    public string? HashKey { get; set; }

    internal GuestWindowRule Rule => new(WindowKind, Window);
}
