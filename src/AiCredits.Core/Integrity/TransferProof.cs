using AiCredits.Ledger;

namespace AiCredits.Integrity;

/// <summary>What an account's entries say of transfers, to be compared with the other account of each.</summary>
internal sealed class TransferProof(AccountArchive archive, FaultList faults)
{
    private readonly List<TransferEnd> ends = [];
    private readonly Dictionary<Guid, int> incoming = [];

    /// <summary>The half of each transfer that lies elsewhere, and must be there.</summary>
    public IReadOnlyList<TransferEnd> OtherEnds => ends;

    public void Read(Entry entry)
    {
        if (entry is { Kind: EntryKind.Transfer, HoldId: { } sent })
        {
            ends.Add(new TransferEnd(archive.State.Account, ReceiveCommand.KeyOf(sent), sent, entry.Reference ?? "", entry.Amount, IsOutgoing: true));
        }
        else if (entry is { Kind: EntryKind.Grant, HoldId: { } received })
        {
            if (incoming.TryAdd(received, ends.Count))
            {
                ends.Add(new TransferEnd(archive.State.Account, TransferCommand.KeyOf(received), received, entry.Reference ?? "", Credits.Zero, IsOutgoing: false));
            }

            var at = incoming[received];
            ends[at] = ends[at] with { Amount = ends[at].Amount + entry.Amount };
        }
    }

    /// <summary>What is still under way has left this account and is not looked for elsewhere.</summary>
    public void Compare()
    {
        foreach (var pending in archive.PendingTransfers)
        {
            var at = ends.FindIndex(end => end.IsOutgoing && end.TransferId == pending.Id);
            faults.Expect(
                at >= 0 && ends[at].Amount == pending.Amount && ends[at].Other == pending.To.Value,
                IntegrityRule.Transfer,
                $"transfer {pending.Id} of {pending.Amount} to '{pending.To}' is under way; no entry says that it left like this");
            if (at >= 0)
            {
                ends.RemoveAt(at);
            }
        }
    }
}
