using AiCredits.Ledger;

namespace AiCredits.Integrity;

/// <summary>An archive whose quick look can be changed by a test, as a hand in the database would.</summary>
internal sealed class AlteredArchive(ILedgerArchive inner) : ILedgerArchive
{
    public Func<AccountArchive, AccountArchive> Alter { get; set; } = static archive => archive;

    public ValueTask<IReadOnlyList<AccountId>> GetAccountsAsync(AccountId? after, DateTime? touchedSince, int limit, CancellationToken cancellationToken = default) =>
        inner.GetAccountsAsync(after, touchedSince, limit, cancellationToken);

    public ValueTask<TResult> ReadAsync<TResult>(AccountId account, Func<AccountArchive, ValueTask<TResult>> read, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(account, archive => read(Alter(archive)), cancellationToken);

    public ValueTask<TResult> ReadRecentAsync<TResult>(AccountId account, int maxEntries, Func<AccountArchive, ValueTask<TResult>> read, CancellationToken cancellationToken = default) =>
        inner.ReadRecentAsync(account, maxEntries, archive => read(Alter(archive)), cancellationToken);

    public ValueTask<IReadOnlyList<ChainHead>> GetHeadsAsync(AccountId? after, int limit, CancellationToken cancellationToken = default) =>
        inner.GetHeadsAsync(after, limit, cancellationToken);

    public ValueTask<Entry?> FindEntryAsync(AccountId account, long sequence, CancellationToken cancellationToken = default) =>
        inner.FindEntryAsync(account, sequence, cancellationToken);

    public ValueTask<Entry?> FindEntryAsync(AccountId account, string key, CancellationToken cancellationToken = default) =>
        inner.FindEntryAsync(account, key, cancellationToken);

    /// <summary>Changes one entry of what is read.</summary>
    public void AlterEntry(long sequence, Func<Entry, Entry> change) => Alter = archive => archive with
    {
        Entries = archive.Entries.Select(entry => entry.Sequence == sequence ? change(entry) : entry),
    };
}
