using AiCredits.Ledger;

namespace AiCredits.Conformance;

/// <summary>
/// The rows of one account as the plainest store would keep them, and the kernel over them. Says itself when to write
/// and when to open the book anew, to prove that neither makes a difference.
/// </summary>
public sealed class KernelLedger : IAccountHistory
{
    private const int FewGrants = 2;

    private readonly Dictionary<long, Grant> _grants = [];
    private readonly Dictionary<Guid, Hold> _holds = [];
    private readonly Dictionary<Guid, Generation> _generations = [];
    private readonly Dictionary<string, Entry> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Refusal> _refusals = new(StringComparer.Ordinal);
    private readonly List<Entry> _entries = [];
    private readonly LedgerRules? _rules;
    private AccountState _state;
    private AccountBook? _book;

    /// <summary>An account that nobody has used.</summary>
    public KernelLedger(AccountId account, LedgerRules? rules = null) => (_state, _rules) = (new AccountState { Account = account }, rules);

    /// <summary>The figures, those not yet written included.</summary>
    public AccountState State => _book?.State ?? _state;

    /// <summary>The history that is written, oldest first.</summary>
    public IReadOnlyList<Entry> Entries => _entries;

    /// <summary>The grants that are written.</summary>
    public IReadOnlyDictionary<long, Grant> Grants => _grants;

    /// <summary>The open holds that are written.</summary>
    public IReadOnlyDictionary<Guid, Hold> Holds => _holds;

    /// <summary>The finished generations that are written.</summary>
    public IReadOnlyDictionary<Guid, Generation> Generations => _generations;

    /// <summary>Decides a command on the open book, or opens one that has all holds.</summary>
    public LedgerResult Apply(LedgerCommand command, DateTime now)
    {
        _book ??= Open(_holds.Values, holdsComplete: true);
        return _book.Apply(command, now);
    }

    /// <summary>Opens a book with no more than one command needs, as a store does for a batch of one, decides it and writes.</summary>
    public LedgerResult ApplyAlone(LedgerCommand command, DateTime now)
    {
        ArgumentNullException.ThrowIfNull(command);
        Write();
        var due = AccountBook.IsDue(_state, now > _state.LastAt ? now : _state.LastAt);
        IEnumerable<Hold> holds = due ? _holds.Values : command.ConcernedHold is { } id && _holds.TryGetValue(id, out var hold) ? [hold] : [];
        var result = ApplyWithFewGrants(command, now, [.. holds], due);
        Write();
        _book = null;
        return result;
    }

    // First with the grants that burn first, and with all where the kernel says that they are too few.
    private LedgerResult ApplyWithFewGrants(LedgerCommand command, DateTime now, Hold[] holds, bool holdsComplete)
    {
        var live = _grants.Values.Where(grant => grant.IsLive)
            .OrderBy(grant => grant.Priority).ThenBy(grant => grant.ExpiresAt ?? DateTime.MaxValue).ThenBy(grant => grant.IsPaid).ThenBy(grant => grant.Id)
            .ToArray();
        if (live.Length > FewGrants && AccountBook.NeedsFirstGrantsOnly(command))
        {
            try
            {
                _book = new AccountBook(_state, live.Take(FewGrants), holds, holdsComplete, this, _rules, live[FewGrants - 1]);
                return _book.Apply(command, now);
            }
            catch (MoreGrantsNeededException)
            {
                // As a store does: the book is thrown away and a fuller one opened.
            }
        }

        _book = Open(holds, holdsComplete);
        return _book.Apply(command, now);
    }

    /// <summary>Writes what was decided; the book stays open.</summary>
    public void Write()
    {
        if (_book is not null)
        {
            Write(_book.TakeChanges());
        }
    }

    /// <summary>Writes what another book has decided on these rows.</summary>
    public void Write(AccountChanges changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        changes.SequenceBefore.ShouldBe(_state.Sequence);
        if (changes.IsEmpty && changes.State.Low == _state.Low)
        {
            return;
        }

        _state = changes.State;
        foreach (var entry in changes.Entries)
        {
            _entries.Add(entry);
            if (entry.Key is not null)
            {
                _keys.Add(entry.Key, entry);
            }
        }

        changes.Grants.DistinctBy(grant => grant.Id).Count().ShouldBe(changes.Grants.Count, "a grant is written once");
        foreach (var grant in changes.Grants)
        {
            _grants[grant.Id] = grant;
        }

        foreach (var hold in changes.OpenHolds)
        {
            _holds[hold.Id] = hold;
        }

        foreach (var id in changes.EndedHolds)
        {
            _holds.Remove(id).ShouldBeTrue("an ended hold was written before");
        }

        foreach (var generation in changes.Generations)
        {
            _generations[generation.Id] = generation;
        }

        foreach (var refusal in changes.Refusals)
        {
            _refusals.Add(refusal.Key, refusal);
        }
    }

    /// <summary>Writes, and forgets the book: the next command opens one from what was written.</summary>
    public void Close()
    {
        Write();
        _book = null;
    }

    Entry? IAccountHistory.FindEntry(string key) => _keys.GetValueOrDefault(key);

    Refusal? IAccountHistory.FindRefusal(string key) => _refusals.GetValueOrDefault(key);

    Generation? IAccountHistory.FindGeneration(Guid id) => _generations.GetValueOrDefault(id);

    Member? IAccountHistory.FindMember(string id) => null;

    Grant? IAccountHistory.FindGrant(long id) => _grants.GetValueOrDefault(id);

    IReadOnlyList<Entry> IAccountHistory.FindCaptures(Guid holdId) => _entries.FindAll(entry => entry.Kind == EntryKind.Capture && entry.HoldId == holdId);

    private AccountBook Open(IEnumerable<Hold> holds, bool holdsComplete) =>
        new(_state, _grants.Values.Where(grant => grant.IsLive), holds, holdsComplete, this, _rules);
}
