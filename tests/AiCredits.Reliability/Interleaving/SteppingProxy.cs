using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using AiCredits.TestServers;

namespace AiCredits.Reliability.Interleaving;

/// <summary>
/// Holds back what a client says and passes it on statement by statement, when it is told to: a batch that Npgsql sends as a
/// whole so becomes as many steps as it has statements. For one connection at a time.
/// </summary>
/// <param name="serverPort">Where the server listens.</param>
/// <param name="isDirect">Whether the client is to think that nobody stands between it and the server.</param>
internal sealed class SteppingProxy(int serverPort, bool isDirect) : WireProxy(serverPort)
{
    private static readonly byte[] Flush = [(byte)'H', 0, 0, 0, 4];

    private readonly Lock _gate = new();
    private readonly Queue<byte[]> _heldBack = new();
    private readonly ConcurrentDictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changed = new(0);
    private NetworkStream? _server;
    private int _backend;
    private int _completed;
    private bool _failed;
    private bool _endsBatch;

    /// <summary>True to hold back; what is held back when it becomes false is not passed on.</summary>
    public bool Steps { get; set; }

    /// <summary>The server's process for the connection.</summary>
    public int Backend => Volatile.Read(ref _backend);

    /// <summary>How many statements the server has finished.</summary>
    public int Completed => Volatile.Read(ref _completed);

    /// <summary>Waits until the client has said its next statement; false when <paramref name="client"/> is over first.</summary>
    public async Task<bool> HearsNextAsync(Task client)
    {
        while (true)
        {
            lock (_gate)
            {
                if (EndOfStatement() >= 0)
                {
                    return true;
                }
            }

            if (client.IsCompleted)
            {
                return false;
            }

            await Task.WhenAny(client, _changed.WaitAsync(TimeSpan.FromMilliseconds(50)));
        }
    }

    /// <summary>The text of the next statement, which the client has said; empty when it only prepares.</summary>
    public string NextText()
    {
        byte[][] frames;
        lock (_gate)
        {
            frames = [.. _heldBack.Take(EndOfStatement() + 1)];
        }

        // 'Q' has the text, 'P' after the statement's name; 'B' names a portal and then the statement.
        return !Array.Exists(frames, frame => frame[0] is (byte)'E' or (byte)'Q') ? ""
            : Array.Find(frames, frame => frame[0] == (byte)'Q') is { } query ? TextAt(query, 5)
            : Array.Find(frames, frame => frame[0] == (byte)'P') is { } parse ? TextAt(parse, EndOfText(parse, 5))
            : Array.Find(frames, frame => frame[0] == (byte)'B') is { } bind ? _texts.GetValueOrDefault(TextAt(bind, EndOfText(bind, 5)), "")
            : "";
    }

    /// <summary>Passes the next statement on, which the client has said.</summary>
    public async Task PassNextAsync()
    {
        foreach (var frame in TakeStatement())
        {
            await _server!.WriteAsync(frame);
        }
    }

    /// <summary>Waits for the server's next word, but not for long.</summary>
    public Task WaitAsync(TimeSpan time) => _changed.WaitAsync(time);

    protected override async Task ServeAsync(NetworkStream client, NetworkStream server, CancellationToken cancellationToken)
    {
        _server = server;
        var back = BackAsync(server, client, cancellationToken);
        await server.WriteAsync(await ReadAsync(client, typed: false, cancellationToken), cancellationToken);
        while (true)
        {
            var frame = await ReadAsync(client, typed: true, cancellationToken);
            if (frame[0] == (byte)'P')
            {
                // The statement's name, and its text.
                _texts[TextAt(frame, 5)] = TextAt(frame, EndOfText(frame, 5));
            }

            if (!Steps)
            {
                await server.WriteAsync(frame, cancellationToken);
                continue;
            }

            lock (_gate)
            {
                _heldBack.Enqueue(frame);
            }

            _changed.Release();
        }
    }

    // The frame that ends the next statement; -1 when the client has not said all of it. A statement is known to be the last
    // of its batch or not once the client has said what follows.
    private int EndOfStatement()
    {
        // After an error the server skips all up to the end of the batch.
        var frames = _heldBack.ToArray();
        var end = Array.FindIndex(frames, frame => frame[0] == (byte)'S' || (!_failed && frame[0] is (byte)'E' or (byte)'Q'));
        if (end < 0 || frames[end][0] != (byte)'E')
        {
            return end;
        }

        return end + 1 == frames.Length ? -1
            : frames[end + 1][0] == (byte)'S' ? end + 1
            : end;
    }

    // All up to the execution, and the end of the batch with the last statement.
    private byte[][] TakeStatement()
    {
        lock (_gate)
        {
            var end = EndOfStatement();
            var frames = new List<byte[]>();
            while (frames.Count <= end)
            {
                frames.Add(_heldBack.Dequeue());
            }

            // The end of a batch may be a commit, which is over only when the server is ready again.
            (_endsBatch, _failed) = (frames[^1][0] != (byte)'E', false);
            return frames[^1][0] == (byte)'E' ? [.. frames, Flush] : [.. frames];
        }
    }

    private async Task BackAsync(NetworkStream server, NetworkStream client, CancellationToken cancellationToken)
    {
        while (true)
        {
            var frame = await ReadAsync(server, typed: true, cancellationToken);
            if (frame[0] == (byte)'K')
            {
                Volatile.Write(ref _backend, BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(5)));
                if (!isDirect)
                {
                    // The client is told another process, as poolers do: it then prepares nothing and remembers nothing.
                    frame[8] ^= 1;
                }
            }

            await client.WriteAsync(frame, cancellationToken);
            switch (frame[0])
            {
                case (byte)'C' or (byte)'E' or (byte)'I' or (byte)'Z':
                    Note(frame[0]);
                    break;
            }
        }
    }

    // A statement is done, or has failed; the last one of a batch only when the server is ready again.
    private void Note(byte word)
    {
        lock (_gate)
        {
            if ((word == (byte)'Z') != _endsBatch)
            {
                return;
            }

            _failed = word == (byte)'E';
            _endsBatch = false;
            Volatile.Write(ref _completed, _completed + 1);
        }

        _changed.Release();
    }

    // The start-up message has no type; all others are a type, a length that counts itself, and a body.
    private static async Task<byte[]> ReadAsync(NetworkStream from, bool typed, CancellationToken cancellationToken)
    {
        var header = new byte[typed ? 5 : 4];
        await from.ReadExactlyAsync(header, cancellationToken);
        var frame = new byte[header.Length - 4 + BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(header.Length - 4))];
        header.CopyTo(frame, 0);
        await from.ReadExactlyAsync(frame.AsMemory(header.Length), cancellationToken);
        return frame;
    }

    private static int EndOfText(byte[] frame, int from) => Array.IndexOf(frame, (byte)0, from) + 1;

    private static string TextAt(byte[] frame, int from) => Encoding.UTF8.GetString(frame, from, EndOfText(frame, from) - 1 - from);
}
