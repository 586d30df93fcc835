using System.Security.Cryptography;
using System.Text;
using AiCredits.Core.Tests;
using AiCredits.Ledger;

namespace AiCredits.Integrity;

public sealed class CheckpointTests
{
    private static readonly CheckpointKey Key = CheckpointKey.FromSecret(Encoding.UTF8.GetBytes("a secret that nobody else knows!"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_ledger_that_went_on_since_its_checkpoint_is_clean()
    {
        await using var app = new CoreApp();
        await GrantAsync(app, 1_234);
        var (summary, written) = await WriteAsync(app);
        (summary.Accounts, summary.Entries).ShouldBe((1_234, 1_234));

        await GrantAsync(app, 10, "later");
        var report = await VerifyAsync(app, written);

        report.IsClean.ShouldBeTrue();
        report.Checkpoint.ShouldBe(summary);
    }

    [Fact]
    public async Task Entries_that_are_gone_or_others_are_found()
    {
        await using var before = new CoreApp();
        await GrantAsync(before, 5);
        var (_, written) = await WriteAsync(before);

        // As a backup that was restored: one account has another history, one a shorter one, all else is alike.
        await using var after = new CoreApp();
        await GrantAsync(after, 3);
        await GrantAsync(after, 1, "another", from: 3);
        var report = await VerifyAsync(after, written);

        report.SignatureIsValid.ShouldBeTrue();
        report.Faults.Select(fault => (fault.Account.Value, fault.Rule)).ShouldBe([("user-0003", IntegrityRule.Checkpoint), ("user-0004", IntegrityRule.Checkpoint)]);
    }

    [Fact]
    public async Task A_checkpoint_with_any_byte_changed_or_cut_off_counts_for_nothing()
    {
        await using var app = new CoreApp();
        await GrantAsync(app, 2);
        var (_, written) = await WriteAsync(app);

        for (var position = 0; position < written.Length; position++)
        {
            var changed = (byte[])written.Clone();
            changed[position] ^= 1;
            (await VerifyAsync(app, changed)).IsClean.ShouldBeFalse($"a change at {position}");
            (await VerifyAsync(app, written[..position])).IsClean.ShouldBeFalse($"cut off at {position}");
        }
    }

    [Fact]
    public async Task Another_key_does_not_verify_and_a_public_key_does()
    {
        await using var app = new CoreApp();
        await GrantAsync(app, 1);
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var known = ECDsa.Create(pair.ExportParameters(includePrivateParameters: false));
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stream = new MemoryStream();
        await app.Get<LedgerCheckpoints>().WriteAsync(stream, CheckpointKey.FromEcdsa(pair), Cancel);

        (await VerifyAsync(app, stream.ToArray(), CheckpointKey.FromEcdsa(known))).IsClean.ShouldBeTrue();
        (await VerifyAsync(app, stream.ToArray(), CheckpointKey.FromEcdsa(stranger))).IsClean.ShouldBeFalse();
        (await VerifyAsync(app, stream.ToArray())).IsClean.ShouldBeFalse();
        Should.Throw<ArgumentException>(() => CheckpointKey.FromSecret(new byte[31])).Message.ShouldContain("openssl");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}\n")]
    [InlineData("no checkpoint\n")]
    [InlineData("{\"format\":\"aicredits-checkpoint/1\",\"at\":\"2026-11-01T12:00:00Z\"}\n{\"accounts\":0,\"entries\":0}\n{\"algorithm\":\"HMAC-SHA256\"}\n")]
    public async Task What_is_no_checkpoint_is_told(string text)
    {
        await using var app = new CoreApp();
        var report = await VerifyAsync(app, Encoding.UTF8.GetBytes(text));
        report.SignatureIsValid.ShouldBeFalse();
        report.Checkpoint.ShouldBeNull();
    }

    [Fact]
    public async Task A_line_without_an_end_is_not_read_for_ever()
    {
        await using var app = new CoreApp();
        (await VerifyAsync(app, Encoding.UTF8.GetBytes(new string('x', 1_000_000)))).IsClean.ShouldBeFalse();
    }

    [Fact]
    public async Task Checkpoints_are_exported_to_the_folder_and_old_ones_removed()
    {
        var folder = Directory.CreateTempSubdirectory("checkpoints");
        await using var app = new CoreApp(new()
        {
            ["AiCredits:Integrity:CheckpointSecret"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["AiCredits:Integrity:CheckpointFolder"] = folder.FullName,
            ["AiCredits:Integrity:CheckpointsKept"] = "2",
        });
        try
        {
            await GrantAsync(app, 3);
            var exporter = app.Get<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>().OfType<CheckpointExporter>().Single();
            foreach (var _ in Enumerable.Range(0, 3))
            {
                await exporter.ExportAsync(app.Options.Integrity, Cancel);
                app.Clock.Advance(TimeSpan.FromHours(1));
            }

            var files = folder.GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal).ToArray();
            files.Length.ShouldBe(2);
            files[0].Name.ShouldStartWith("aicredits-20261101T130000");
            await using var stream = files[1].OpenRead();
            (await app.Get<LedgerCheckpoints>().VerifyAsync(stream, app.Options.Integrity.Key!, Cancel)).Checkpoint!.Accounts.ShouldBe(3);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task GrantAsync(CoreApp app, int accounts, string key = "once", int from = 0)
    {
        foreach (var number in Enumerable.Range(from, accounts))
        {
            await app.Store.ExecuteAsync(new GrantCommand(new AccountId($"user-{number:d4}"), GrantKind.Promotion, 1) { Key = key }, Cancel);
        }
    }

    private static async Task<(CheckpointSummary Summary, byte[] Written)> WriteAsync(CoreApp app)
    {
        using var stream = new MemoryStream();
        return (await app.Get<LedgerCheckpoints>().WriteAsync(stream, Key, Cancel), stream.ToArray());
    }

    private static async Task<CheckpointReport> VerifyAsync(CoreApp app, byte[] checkpoint, CheckpointKey? key = null)
    {
        using var stream = new MemoryStream(checkpoint);
        return await app.Get<LedgerCheckpoints>().VerifyAsync(stream, key ?? Key, Cancel);
    }
}
