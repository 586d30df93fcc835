using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiCredits.DemoSite.Lab;

/// <summary>Does to an account what an admin or time would do. Each act is one command to the ledger.</summary>
internal sealed class AccountLab(CreditMeter meter, ICreditStore store, IConfiguration configuration, TimeProvider clock)
{
    private const string Actor = "lab";

    private readonly TimeSpan _life = configuration.GetValue("Lab:ExpireAfter", TimeSpan.FromSeconds(10));

    /// <summary>Three credits that are gone in ten seconds.</summary>
    public async Task<Ok<ExpiringCredits>> GrantExpiringAsync(AccountId account, CancellationToken cancellationToken)
    {
        var grant = new GrantCommand(account, GrantKind.Promotion, 3)
        {
            Key = $"lab:{Guid.CreateVersion7()}",
            ExpiresAt = UtcMicroseconds.Now(clock) + _life,
            Description = "Credits that expire soon",
            Actor = Actor,
        };
        await store.ExecuteAsync(grant, cancellationToken);
        return TypedResults.Ok(new ExpiringCredits(grant.Amount, grant.ExpiresAt.Value));
    }

    /// <summary>Spends whatever is above the given balance, as one generation would.</summary>
    public async Task<Ok<SpentDown>> SpendDownAsync(AccountId account, Credits leave, CancellationToken cancellationToken)
    {
        // Through the meter, which gives a new account its welcome credits first.
        var available = (await meter.GetAccountAsync(account, cancellationToken)).State.Available;
        if (available <= leave)
        {
            return TypedResults.Ok(new SpentDown(Credits.Zero, available));
        }

        var spend = available - leave;
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var hold = new HoldCommand(account, id, spend, TimeSpan.FromMinutes(1), new GenerationStart { Model = "lab", Price = spend }) { Actor = Actor };
        if (await store.ExecuteAsync(hold, cancellationToken) is not HoldResult.Held)
        {
            // Something else spent it meanwhile: there is less to spend than a moment ago.
            return TypedResults.Ok(new SpentDown(Credits.Zero, (await meter.GetAccountAsync(account, cancellationToken)).State.Available));
        }

        var capture = new CaptureCommand(account, id, Amount: null, new GenerationEnd { Outcome = GenerationOutcome.Succeeded }) { Description = "Spent down in the lab" };
        await store.ExecuteAsync(capture, CancellationToken.None);
        return TypedResults.Ok(new SpentDown(spend, leave));
    }

    /// <summary>Gives back what a generation was charged, to the grants that paid for it. A second time gives back nothing more.</summary>
    public async Task<Results<Ok<RefundedCredits>, NotFound>> RefundAsync(AccountId account, Guid generationId, CancellationToken cancellationToken)
    {
        var command = new RefundCommand(account, generationId) { Key = $"lab:refund:{generationId}", Description = "Given back in the lab", Actor = Actor };
        return await store.ExecuteAsync(command, cancellationToken) switch
        {
            RefundResult.Done done => TypedResults.Ok(new RefundedCredits(done.Refunded, done.Replayed)),
            RefundResult.NotCharged => TypedResults.Ok(new RefundedCredits(Credits.Zero, Repeated: false)),
            _ => TypedResults.NotFound(),
        };
    }
}
