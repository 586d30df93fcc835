using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.Transfers;

namespace AiCredits.Conformance;

/// <summary>Transfers: out of one account and into another, exactly once, whatever comes in between.</summary>
public abstract partial class CreditStoreConformance
{
    [Fact]
    public async Task A_transfer_moves_credits_once_and_keeps_their_kind_end_priority_and_models()
    {
        var (from, to) = (NewAccount(), NewAccount());
        var end = Now.AddDays(10);
        await GrantAsync(from, 5, GrantKind.Promotion, end, priority: -1);
        await GrantAsync(from, 5, GrantKind.Promotion, end, priority: -1);
        await Store.ExecuteAsync(new GrantCommand(from, GrantKind.Plan, 3) { Key = "plan", Models = ["flux-dev"], ExpiresAt = end.AddDays(1) }, Cancel);
        await GrantAsync(from, 10);
        var send = new TransferCommand(from, NewId(), to, 15) { Actor = "ann", Description = "for the project" };

        var sent = (await Transfers.SendAsync(send, Cancel)).ShouldBeOfType<TransferResult.Sent>();
        (await Transfers.SendAsync(send, Cancel)).Replayed.ShouldBeTrue();
        (await Transfers.SendAsync(new TransferCommand(from, send.TransferId, to, 14), Cancel)).ShouldBeOfType<TransferResult.KeyConflict>();

        (sent.AvailableAfter, sent.Pending!.Amount).ShouldBe((8, 15));
        (await StateAsync(from)).Available.ShouldBe(8);
        var arrived = (await Store.GetAccountAsync(to, Cancel)).LiveGrants;
        arrived.Select(grant => (grant.Kind, grant.Amount, grant.Priority, grant.ExpiresAt, string.Concat(grant.Models))).ShouldBe(
        [
            (GrantKind.Promotion, 10, -1, end, ""),
            (GrantKind.Plan, 3, 0, end.AddDays(1), "flux-dev"),
            (GrantKind.Purchase, 2, 0, null, ""),
        ]);
        var entry = (await EntriesAsync(from))[^1];
        (entry.Kind, entry.Amount, entry.Actor, entry.Description, entry.Reference).ShouldBe((EntryKind.Transfer, 15, "ann", "for the project", to.Value));
        entry.Slices.Count.ShouldBe(4);
        (await Service<ITransferStore>().FindTransferAsync(from, send.TransferId, Cancel)).ShouldBeNull();
        await ProveTransfersAsync(from, to);
    }

    [Fact]
    public async Task A_transfer_whose_sender_died_half_way_is_under_way_and_arrives_when_it_is_sent_again()
    {
        var (from, to) = (await NewAccountWith(10), NewAccount());
        var send = new TransferCommand(from, NewId(), to, 4);
        var pending = (await Store.ExecuteAsync(send, Cancel)).ShouldBeOfType<TransferResult.Sent>().Pending.ShouldNotBeNull();

        var found = (await Service<ITransferStore>().FindTransferAsync(from, send.TransferId, Cancel)).ShouldNotBeNull();
        (found.From, found.Id, found.To, found.SentAt, found.Amount).ShouldBe((from, send.TransferId, to, pending.SentAt, 4));
        (await Service<ITransferStore>().GetTransfersAsync(Now.AddMinutes(1), 100, Cancel)).Select(one => one.Id).ShouldContain(send.TransferId);
        (await Service<ITransferStore>().GetTransfersAsync(pending.SentAt, 100, Cancel)).Select(one => one.Id).ShouldNotContain(send.TransferId);
        (await StateAsync(to)).Issued.ShouldBe(0);
        await ProveTransfersAsync(from, to);

        // It arrives, and who let it arrive dies before saying so.
        (await Store.ExecuteAsync(new ReceiveCommand(found), Cancel)).ShouldBeOfType<ReceiveResult.Arrived>();
        await ProveTransfersAsync(from, to);

        await Transfers.SendAsync(send, Cancel);
        (await Service<ITransferStore>().FindTransferAsync(from, send.TransferId, Cancel)).ShouldBeNull();
        (await StateAsync(to)).Available.ShouldBe(4);
        await ProveTransfersAsync(from, to);
    }

    [Fact]
    public async Task Of_20_concurrent_sends_of_one_transfer_one_counts_and_many_transfers_never_overdraw()
    {
        var (from, to) = (await NewAccountWith(10), NewAccount());
        var one = new TransferCommand(from, NewId(), to, 4);

        await AtOnceAsync(20, (_, _) => Transfers.SendAsync(one, Cancel));
        var results = await AtOnceAsync(20, (_, _) => Transfers.SendAsync(new TransferCommand(from, NewId(), to, 1), Cancel));

        results.Count(result => result is TransferResult.Sent).ShouldBe(6);
        results.OfType<TransferResult.Insufficient>().ShouldAllBe(result => result.Available == 0);
        (await StateAsync(from)).Available.ShouldBe(0);
        (await StateAsync(to)).Available.ShouldBe(10);
        await ProveTransfersAsync(from, to);
    }

    [Fact]
    public async Task What_may_not_move_stays()
    {
        var (from, to) = (NewAccount(), NewAccount());
        await GrantAsync(from, 50, GrantKind.Welcome);
        await GrantAsync(from, 3);
        await HoldAsync(from, 49);

        // 50 and 3 are there, 49 are held of the welcome credits: one of them and three others are available.
        var refused = (await Transfers.SendAsync(new TransferCommand(from, NewId(), to, 4), Cancel)).ShouldBeOfType<TransferResult.Insufficient>();
        (refused.Required, refused.Available).ShouldBe((4, 3));
        await Store.ExecuteAsync(new FreezeCommand(from, true) { Key = "freeze" }, Cancel);
        (await Transfers.SendAsync(new TransferCommand(from, NewId(), to, 1), Cancel)).ShouldBeOfType<TransferResult.Frozen>();
        await Should.ThrowAsync<ArgumentException>(async () => await Transfers.SendAsync(new TransferCommand(from, NewId(), from, 1), Cancel));
        await Should.ThrowAsync<ArgumentException>(async () => await Transfers.SendAsync(new TransferCommand(from, NewId(), to, 0), Cancel));
        await Should.ThrowAsync<ArgumentException>(async () => await Transfers.SendAsync(new TransferCommand(from, NewId(), to, 1) { Key = "own" }, Cancel));
        (await StateAsync(to)).Sequence.ShouldBe(0);
    }

    [Fact]
    public async Task Credits_that_arrive_repay_debt_first_and_those_that_come_too_late_expire()
    {
        var (from, to) = (NewAccount(), await NewAccountWith(5));
        var hold = NewId();
        await HoldAsync(to, 5, hold);
        await CaptureAsync(to, hold);
        await Store.ExecuteAsync(new RevokeCommand(to, 1, 5) { Key = "refund", ToDebt = true }, Cancel);
        await GrantAsync(from, 2, GrantKind.Promotion, Now + Span);
        await GrantAsync(from, 6);
        var pending = (await Store.ExecuteAsync(new TransferCommand(from, NewId(), to, 8), Cancel)).ShouldBeOfType<TransferResult.Sent>().Pending!;

        await PassAsync(Span);
        await Store.ExecuteAsync(new ReceiveCommand(pending), Cancel);

        var state = await StateAsync(to);
        (state.Available, state.Debt, state.Expired, state.Issued).ShouldBe((1, 0, 2, 13));
        await ProveTransfersAsync(from, to);
    }

    private CreditTransfers Transfers => Service<CreditTransfers>();

    private async Task ProveTransfersAsync(params AccountId[] accounts)
    {
        foreach (var account in accounts)
        {
            await ProveAsync(account);
            (await new IntegrityCheck(Service<ILedgerArchive>()).RunAsync(account, Cancel)).Faults.ShouldBeEmpty();
        }
    }
}
