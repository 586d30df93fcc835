using System.Threading.Channels;
using AiCredits.AspNetCore.Endpoints;
using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.Events;
using AiCredits.Guests;
using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.Live;

/// <summary>
/// GET /credits/events: the caller's figures as server-sent events, at first and whenever they change. A change of this
/// instance is told at once, one of another instance by the next look. Holds no database connection while it waits.
/// </summary>
internal static class EventsEndpoint
{
    private static readonly TimeSpan TryLater = TimeSpan.FromSeconds(30);

    public static async Task<IResult> GetAsync(
        HttpContext context,
        ICallerResolver callers,
        GuestCookie cookie,
        LiveStreams streams,
        CreditMeter meter,
        IGuestLimiter guests,
        AccountSignals signals,
        CreditProblems problems,
        IOptionsMonitor<AiCreditsOptions> options,
        IOptions<AiCreditsHttpOptions> httpOptions,
        IHostApplicationLifetime lifetime,
        TimeProvider clock)
    {
        var live = httpOptions.Value.Live;
        if (!live.Enabled)
        {
            return problems.NotFound(context, "This site tells no changes as they happen.");
        }

        var caller = await callers.ResolveAsync(context, willGenerate: false, context.RequestAborted).ConfigureAwait(false);
        if (caller is Caller.Guest && cookie.Read(context) is null)
        {
            // Who has never generated has nothing that could change. 204 also tells an EventSource not to come again.
            return TypedResults.NoContent();
        }

        using var place = streams.TryOpen(caller switch
        {
            Caller.Account account => "account:" + account.Id.Value,
            Caller.Guest guest => "guest:" + guest.Identity.GuestId,
            _ => "",
        });
        if (place is null)
        {
            return problems.TooManyRequests(context, TryLater);
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var ear = caller is Caller.Account { Id: var id } ? signals.Listen(id, () => wake.Writer.TryWrite(true)) : null;

        // Before the first byte, so that a ledger that can't be reached is a 503.
        var first = await ReadAsync(caller, meter, guests, options.CurrentValue, ending.Token).ConfigureAwait(false);
        var stream = new EventStream(context.Response, clock);
        try
        {
            await stream.OpenAsync(first, ending.Token).ConfigureAwait(false);
            await FollowAsync(stream, first, token => ReadAsync(caller, meter, guests, options.CurrentValue, token), wake.Reader, live, clock, ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The page has gone, or the app is shutting down.
        }

        return TypedResults.Empty;
    }

    private static async Task FollowAsync(EventStream stream, LiveFigures last, Func<CancellationToken, ValueTask<LiveFigures>> read, ChannelReader<bool> wake, LiveOptions live, TimeProvider clock, CancellationToken cancellationToken)
    {
        var opened = clock.GetTimestamp();
        while (clock.GetElapsedTime(opened) < live.MaxAge)
        {
            await WaitAsync(wake, live.PollInterval, clock, cancellationToken).ConfigureAwait(false);
            try
            {
                var now = await read(cancellationToken).ConfigureAwait(false);
                if (now != last)
                {
                    last = now;
                    await stream.SendAsync(now, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (LedgerUnavailableException)
            {
                // The page shows what it knows; what has changed is told when the ledger is back.
            }

            if (stream.SilentFor >= live.Heartbeat)
            {
                await stream.BeatAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task WaitAsync(ChannelReader<bool> wake, TimeSpan atMost, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await wake.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time to look.
        }
    }

    private static async ValueTask<LiveFigures> ReadAsync(Caller caller, CreditMeter meter, IGuestLimiter guests, AiCreditsOptions settings, CancellationToken cancellationToken)
    {
        if (caller is Caller.Account account)
        {
            var state = (await meter.GetAccountAsync(account, cancellationToken).ConfigureAwait(false)).State;
            return new LiveFigures.User(state.Available.ToDecimal(), state.Held.ToDecimal(), state.Available < settings.LowBalance) { Sequence = state.Sequence };
        }

        var usage = await CreditsEndpoint.GuestUsageOf(((Caller.Guest)caller).Identity, guests, settings, cancellationToken).ConfigureAwait(false);
        return new LiveFigures.Guest(usage.Limit, usage.Used, usage.Remaining, usage.ResetsAt);
    }
}
