using AiCredits.Ledger;

namespace AiCredits.Metering;

/// <summary>The settings of holds.</summary>
public sealed class HoldOptions
{
    /// <summary>How long a hold lives when nobody settles it, after a crash for instance. Default 10 minutes; longer than the longest generation.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>What a capture of more than was held does. Default <see cref="OverrunPolicy.Cap"/>.</summary>
    public OverrunPolicy Overrun { get; set; }

    /// <summary>How often the sweeper looks for holds and grants that have ended. Default 30 seconds.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>False to run no sweeper in this process. What is due is then written when an account is next used. Default true.</summary>
    public bool SweepEnabled { get; set; } = true;
}
