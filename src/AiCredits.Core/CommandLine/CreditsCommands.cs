using AiCredits.Integrity;
using AiCredits.Ledger;
using Microsoft.Extensions.Options;

namespace AiCredits.CommandLine;

/// <summary>The commands behind <c>credits</c>: each tells what it did and returns an exit code.</summary>
internal sealed class CreditsCommands(IntegrityCheck check, LedgerCheckpoints checkpoints, IOptionsMonitor<AiCreditsOptions> options)
{
    private const int Clean = 0;
    private const int Faulty = 1;
    private const int Misused = 2;
    private const int Unavailable = 3;

    private const string Help = """
        credits check               proves every account from its entries
        credits check ACCOUNT       proves one account
        credits checkpoint FILE     writes a signed checkpoint of all chain heads to a new file
        credits verify FILE         compares the ledger with a checkpoint
        Checkpoints need AiCredits:Integrity:CheckpointSecret.
        Exit code: 0 all is well, 1 something does not add up, 2 not understood, 3 the ledger can't be reached.
        """;

    public async ValueTask<int> RunAsync(string[] args, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            return args switch
            {
                ["check"] => await TellAsync(await check.RunAsync(cancellationToken: cancellationToken).ConfigureAwait(false), output).ConfigureAwait(false),
                ["check", var account] => await TellAsync(await check.RunAsync(new AccountId(account), cancellationToken).ConfigureAwait(false), output).ConfigureAwait(false),
                ["checkpoint", var file] => await WriteAsync(file, output, cancellationToken).ConfigureAwait(false),
                ["verify", var file] => await VerifyAsync(file, output, cancellationToken).ConfigureAwait(false),
                _ => await ExplainAsync(Help, output).ConfigureAwait(false),
            };
        }
        catch (Exception exception) when (exception is ArgumentException or OptionsValidationException or IOException or UnauthorizedAccessException)
        {
            return await ExplainAsync(exception.Message, output).ConfigureAwait(false);
        }
        catch (LedgerUnavailableException exception)
        {
            await output.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return Unavailable;
        }
    }

    private static async ValueTask<int> TellAsync(IntegrityReport report, TextWriter output)
    {
        await TellFaultsAsync(report.Faults, output).ConfigureAwait(false);
        await output.WriteLineAsync($"{report.Accounts} accounts, {report.Entries} entries, {report.Faults.Count} faults").ConfigureAwait(false);
        return report.IsClean ? Clean : Faulty;
    }

    private async ValueTask<int> WriteAsync(string file, TextWriter output, CancellationToken cancellationToken)
    {
        if (options.CurrentValue.Integrity.Key is not { } key)
        {
            return await ExplainAsync("Set AiCredits:Integrity:CheckpointSecret first: openssl rand -base64 32", output).ConfigureAwait(false);
        }

        CheckpointSummary summary;
        await using (var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write))
        {
            summary = await checkpoints.WriteAsync(stream, key, cancellationToken).ConfigureAwait(false);
        }

        await output.WriteLineAsync($"{summary.Accounts} accounts, {summary.Entries} entries as of {summary.At:O}").ConfigureAwait(false);
        return Clean;
    }

    private async ValueTask<int> VerifyAsync(string file, TextWriter output, CancellationToken cancellationToken)
    {
        if (options.CurrentValue.Integrity.Key is not { } key)
        {
            return await ExplainAsync("Set AiCredits:Integrity:CheckpointSecret to the secret that signed the checkpoint.", output).ConfigureAwait(false);
        }

        CheckpointReport report;
        await using (var stream = new FileStream(file, FileMode.Open, FileAccess.Read))
        {
            report = await checkpoints.VerifyAsync(stream, key, cancellationToken).ConfigureAwait(false);
        }

        if (report.Checkpoint is not { } summary || !report.SignatureIsValid)
        {
            await output.WriteLineAsync("This is no whole checkpoint, or it was signed with another secret, or changed since.").ConfigureAwait(false);
            return Faulty;
        }

        await TellFaultsAsync(report.Faults, output).ConfigureAwait(false);
        await output.WriteLineAsync($"{summary.Accounts} accounts, {summary.Entries} entries as of {summary.At:O}, {report.Faults.Count} faults").ConfigureAwait(false);
        return report.IsClean ? Clean : Faulty;
    }

    private static async ValueTask TellFaultsAsync(IReadOnlyList<IntegrityFault> faults, TextWriter output)
    {
        foreach (var fault in faults)
        {
            await output.WriteLineAsync($"{fault.Account}: {fault.Rule}: {fault.Detail}").ConfigureAwait(false);
        }
    }

    private static async ValueTask<int> ExplainAsync(string text, TextWriter output)
    {
        await output.WriteLineAsync(text).ConfigureAwait(false);
        return Misused;
    }
}
