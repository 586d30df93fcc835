namespace AiCredits.EntityFramework.Hosting;

/// <summary>A row that is saved only while it is as it was read.</summary>
internal interface IVersionedRow
{
    /// <summary>How often it was saved; a concurrency token of the model.</summary>
    int Version { get; set; }
}
