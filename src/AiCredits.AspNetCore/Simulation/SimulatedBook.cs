using System.Collections.Concurrent;
using System.Text.Json;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>
/// What the simulation remembers of one kind: in memory, and where a folder is named in one file for each as well, so that
/// it outlives the process. One process at a time.
/// </summary>
internal sealed class SimulatedBook<T>
    where T : class
{
    private static readonly JsonSerializerOptions Json = new() { IgnoreReadOnlyProperties = true, WriteIndented = true, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, T> kept = new(StringComparer.Ordinal);
    private readonly string? folder;

    /// <exception cref="InvalidOperationException">The folder can't be used, or a file in it can't be read.</exception>
    public SimulatedBook(string? folder)
    {
        this.folder = folder;
        if (folder is null)
        {
            return;
        }

        try
        {
            foreach (var file in Directory.CreateDirectory(folder).EnumerateFiles("*.json"))
            {
                using var stream = file.OpenRead();
                kept[Path.GetFileNameWithoutExtension(file.Name)] = JsonSerializer.Deserialize<T>(stream, Json) ?? throw new JsonException($"{file.Name} is empty.");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            throw new InvalidOperationException($"AIC1411: AiCredits:Http:SimulatedPaymentsFolder is '{folder}', which can't be read: {exception.Message} Name a folder that the app may write to, or delete what is in it; it holds nothing but simulated payments.", exception);
        }
    }

    public IEnumerable<T> All => kept.Values;

    public T? Find(string id) => kept.GetValueOrDefault(id);

    /// <summary>What is kept under an id: what was there, or else this.</summary>
    public T GetOrAdd(string id, T one)
    {
        lock (gate)
        {
            return Find(id) ?? Keep(id, one);
        }
    }

    /// <summary>Changes what is kept under an id; false when there is nothing.</summary>
    public bool Change(string id, Func<T, T> change)
    {
        lock (gate)
        {
            if (Find(id) is not { } found)
            {
                return false;
            }

            Keep(id, change(found));
            return true;
        }
    }

    private T Keep(string id, T one)
    {
        if (folder is not null)
        {
            // A process that dies here leaves the old file or the new one, never half of one.
            var file = Path.Combine(folder, id + ".json");
            File.WriteAllBytes(file + ".new", JsonSerializer.SerializeToUtf8Bytes(one, Json));
            File.Move(file + ".new", file, overwrite: true);
        }

        return kept[id] = one;
    }
}
