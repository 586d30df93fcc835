namespace AiCredits.Integrity;

/// <summary>The settings of the checks that run beside the app.</summary>
public sealed class IntegrityOptions
{
    /// <summary>False to run no checks in the background of this process. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How often the accounts that this process has written to are looked at. Default 1 minute.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many accounts are looked at each time at the most; which of them is chance. Default 200.</summary>
    public int MaxAccounts { get; set; } = 200;

    /// <summary>How many of an account's last entries are looked at, at the most. Default 200.</summary>
    public int MaxEntries { get; set; } = 200;

    /// <summary>How many accounts each health check looks at, in turn through all of them. Default 5; 0 for none.</summary>
    public int HealthSample { get; set; } = 5;

    /// <summary>The secret that signs checkpoints, Base64, at least 32 bytes: <c>openssl rand -base64 32</c>. Keep it outside the database. Default null.</summary>
    public string? CheckpointSecret { get; set; }

    /// <summary>A folder outside the database in which this process writes signed checkpoints of all chain heads; null for none. Default null.</summary>
    public string? CheckpointFolder { get; set; }

    /// <summary>How often. Default 1 hour.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How many checkpoints stay in the folder; older ones are removed. Default 168.</summary>
    public int CheckpointsKept { get; set; } = 168;

    /// <summary>The key of <see cref="CheckpointSecret"/>; null without one.</summary>
    internal CheckpointKey? Key => CheckpointSecret is null ? null : CheckpointKey.FromSecret(Convert.FromBase64String(CheckpointSecret));
}
