namespace AiCredits.TestServers;

/// <summary>
/// A folder of PostgreSQL's on a disk of its own that is soon full: a tmpfs. It needs the right to mount; where that is
/// missing there is none.
/// </summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Mounts it; null when this user may not.</summary>
    public static async Task<SmallDisk?> TryMountAsync(int megabytes)
    {
        if (Environment.UserName != "root")
        {
            return null;
        }

        var folder = Directory.CreateTempSubdirectory("aicredits-disk-");
        try
        {
            await ServerHome.RunAsRootAsync("mount", ["-t", "tmpfs", "-o", $"size={megabytes}m,mode=0777", "tmpfs", folder.FullName]);
            await ServerHome.RunAsync("mkdir", [System.IO.Path.Combine(folder.FullName, "space")]);
            return new SmallDisk(System.IO.Path.Combine(folder.FullName, "space"));
        }
        catch (InvalidOperationException)
        {
            folder.Delete();
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        var mount = System.IO.Path.GetDirectoryName(Path)!;
        await ServerHome.RunAsRootAsync("umount", ["-l", mount]);
        Directory.Delete(mount);
    }
}
