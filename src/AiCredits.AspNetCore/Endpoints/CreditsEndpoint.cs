using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Teams;
using AiCredits.Guests;
using AiCredits.Ledger;
using AiCredits.Metering;
using AiCredits.Teams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Endpoints;

/// <summary>GET /credits: the balance of a user, the free generations of a guest.</summary>
internal static class CreditsEndpoint
{
    private const int RecentTransactions = 10;

    public static async Task<IResult> GetAsync(
        HttpContext context,
        ICallerResolver callers,
        CreditMeter meter,
        ICreditStore store,
        CreditTeams teams,
        IGuestLimiter guests,
        IOptionsMonitor<AiCreditsOptions> options,
        IOptions<AiCreditsHttpOptions> httpOptions,
        CancellationToken cancellationToken) =>
        CreditsJson.Ok(await ReadAsync(context, callers, meter, store, teams, guests, options.CurrentValue, httpOptions.Value, cancellationToken).ConfigureAwait(false));

    /// <summary>What the endpoint answers, for pages that show it from the first moment.</summary>
    public static async ValueTask<CreditsResponse> ReadAsync(
        HttpContext context,
        ICallerResolver callers,
        CreditMeter meter,
        ICreditStore store,
        CreditTeams teams,
        IGuestLimiter guests,
        AiCreditsOptions settings,
        AiCreditsHttpOptions http,
        CancellationToken cancellationToken) =>
        await callers.ResolveAsync(context, willGenerate: false, cancellationToken).ConfigureAwait(false) switch
        {
            Caller.Account account => await ForUserAsync(account, meter, store, teams, settings, cancellationToken).ConfigureAwait(false),
            Caller.Guest guest => await ForGuestAsync(guest.Identity, guests, settings, AiCreditsHttpOptions.ToClient(context, http.SignUpUrl), cancellationToken).ConfigureAwait(false),
            var other => throw new InvalidOperationException($"The caller is {other}. A caller resolver must say account or guest."),
        };

    private static async ValueTask<CreditsResponse> ForUserAsync(Caller.Account caller, CreditMeter meter, ICreditStore store, CreditTeams teams, AiCreditsOptions settings, CancellationToken cancellationToken)
    {
        var account = caller.Id;
        var recent = new EntryQuery(account) { Kinds = Transaction.DefaultKinds, Limit = RecentTransactions };
        var overview = await meter.GetAccountAsync(caller, cancellationToken).ConfigureAwait(false);
        var entries = await store.GetEntriesAsync(recent, cancellationToken).ConfigureAwait(false);
        var state = overview.State;
        if (entries.Count > 0 && entries[0].BalanceAfter != state.Available + state.Held)
        {
            // The figures already leave out what has expired and is not written yet: write it, so that the lines agree.
            await store.ExecuteAsync(new TouchCommand(account), cancellationToken).ConfigureAwait(false);
            entries = await store.GetEntriesAsync(recent, cancellationToken).ConfigureAwait(false);
        }

        return new CreditsResponse(Authenticated: true)
        {
            Credits = new CreditFigures(
                state.Available.ToDecimal(),
                state.Held.ToDecimal(),
                overview.AvailableOf(GrantKind.Welcome).ToDecimal(),
                overview.AvailableOf(GrantKind.Purchase, GrantKind.Bonus).ToDecimal(),
                state.Issued.ToDecimal(),
                state.Spent.ToDecimal(),
                state.Available < settings.LowBalance,
                overview.NextExpiry),
            Member = caller.Member is { } member && await teams.FindAsync(account, member, cancellationToken).ConfigureAwait(false) is { } found ? MemberItem.From(found) : null,
            RecentTransactions = [.. entries.Select(Transaction.From)],
        };
    }

    private static async ValueTask<CreditsResponse> ForGuestAsync(GuestIdentity guest, IGuestLimiter guests, AiCreditsOptions settings, string signUpUrl, CancellationToken cancellationToken)
    {
        var usage = await GuestUsageOf(guest, guests, settings, cancellationToken).ConfigureAwait(false);
        return new CreditsResponse(Authenticated: false)
        {
            GuestInfo = new GuestInfo(usage.Limit, usage.Used, usage.Remaining, usage.ResetsAt, usage.Window.TotalHours),
            SignUp = new SignUp(settings.WelcomeCredits.ToDecimal(), signUpUrl),
        };
    }

    /// <summary>What a guest has left; nothing where guests may not generate.</summary>
    public static async ValueTask<GuestUsage> GuestUsageOf(GuestIdentity guest, IGuestLimiter guests, AiCreditsOptions settings, CancellationToken cancellationToken) =>
        settings.Guests.Enabled
            ? await guests.GetUsageAsync(guest, new GuestWindowRule(settings.Guests.WindowKind, settings.Guests.Window), cancellationToken).ConfigureAwait(false)
            : new GuestUsage(0, 0, null, settings.Guests.Window);
}
