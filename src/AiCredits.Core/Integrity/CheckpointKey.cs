using System.Security.Cryptography;

namespace AiCredits.Integrity;

/// <summary>
/// Signs checkpoints and tells whether a signature is right: with a secret that both sides know (HMAC-SHA256), or with a
/// key pair (ECDSA), so that whoever verifies can't sign. Keep the secret or the private key outside the database.
/// </summary>
/// <remarks>Thread-safe as long as the ECDSA object is not used elsewhere at the same time.</remarks>
public sealed class CheckpointKey
{
    /// <summary>The fewest bytes of a secret.</summary>
    public const int MinSecretLength = 32;

    private readonly Lock gate = new();
    private readonly byte[]? secret;
    private readonly ECDsa? pair;

    private CheckpointKey(string algorithm, byte[]? secret, ECDsa? pair) => (Algorithm, this.secret, this.pair) = (algorithm, secret, pair);

    /// <summary>How it signs: <c>HMAC-SHA256</c> or <c>ECDSA-SHA256</c>.</summary>
    public string Algorithm { get; }

    /// <summary>A key from a secret of at least 32 bytes.</summary>
    /// <exception cref="ArgumentException">The secret is shorter.</exception>
    public static CheckpointKey FromSecret(ReadOnlySpan<byte> secret) => secret.Length >= MinSecretLength
        ? new CheckpointKey("HMAC-SHA256", secret.ToArray(), null)
        : throw new ArgumentException($"The secret of a checkpoint key has {secret.Length} bytes. Use {MinSecretLength} or more random ones: openssl rand -base64 32.", nameof(secret));

    /// <summary>A key from a key pair, or from a public key alone, which can only verify. The object stays the caller's.</summary>
    public static CheckpointKey FromEcdsa(ECDsa keyPair)
    {
        ArgumentNullException.ThrowIfNull(keyPair);
        return new CheckpointKey("ECDSA-SHA256", null, keyPair);
    }

    /// <summary>The signature of a SHA-256 digest.</summary>
    /// <exception cref="CryptographicException">The key has no private part.</exception>
    internal byte[] Sign(ReadOnlySpan<byte> digest)
    {
        if (secret is not null)
        {
            return HMACSHA256.HashData(secret, digest);
        }

        lock (gate)
        {
            return pair!.SignHash(digest);
        }
    }

    internal bool Verify(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        if (secret is not null)
        {
            return CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(secret, digest), signature);
        }

        lock (gate)
        {
            return pair!.VerifyHash(digest, signature);
        }
    }
}
