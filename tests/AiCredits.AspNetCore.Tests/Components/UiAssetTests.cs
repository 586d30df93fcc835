using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace AiCredits.AspNetCore.Components;

/// <summary>The web components are served by the package itself, small, and kept by browsers for as long as they are right.</summary>
public sealed partial class UiAssetTests
{
    private static readonly string Versioned = $"/api/credits/ui/{UiAssets.Version}/";

    [Fact]
    public async Task The_address_that_stays_leads_to_the_address_that_names_the_content()
    {
        await using var app = await TestApp.StartAsync();

        using var entry = await app.GetAsync("/api/credits/ui/aicredits.js");
        var text = await entry.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        using var module = await app.GetAsync("/api/credits/ui/" + Target().Match(text).Groups[1].Value);

        entry.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
        entry.Headers.CacheControl!.NoCache.ShouldBeTrue();
        entry.Headers.ETag.ShouldNotBeNull();
        module.StatusCode.ShouldBe(HttpStatusCode.OK);
        module.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
        module.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        (await module.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("credit-balance");
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData(null)]
    public async Task A_file_comes_compressed_as_the_browser_wants_it_and_is_asked_for_once(string? encoding)
    {
        await using var app = await TestApp.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, Versioned + "aicredits.js");
        if (encoding is not null)
        {
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));
        }

        using var response = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);

        response.Content.Headers.ContentEncoding.ShouldBe(encoding is null ? [] : [encoding]);
        response.Headers.Vary.ShouldContain("Accept-Encoding");
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await using var plain = encoding switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            _ => body,
        };
        using var copy = new MemoryStream();
        await plain.CopyToAsync(copy, TestContext.Current.CancellationToken);
        copy.ToArray().ShouldBe(UiAssets.Find("aicredits.js")!.Plain);

        using var again = new HttpRequestMessage(HttpMethod.Get, Versioned + "aicredits.js");
        again.Headers.IfNoneMatch.Add(response.Headers.ETag.ShouldNotBeNull());
        if (encoding is not null)
        {
            again.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));
        }

        using var notModified = await app.Client.SendAsync(again, TestContext.Current.CancellationToken);
        notModified.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task The_files_of_another_version_are_not_kept()
    {
        await using var app = await TestApp.StartAsync();

        using var response = await app.GetAsync("/api/credits/ui/0123456789abcdef/aicredits.js");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.CacheControl!.NoCache.ShouldBeTrue();
    }

    [Theory]
    [InlineData("/api/credits/ui/nothing.js")]
    [InlineData("/api/credits/ui/0123456789abcdef/..%2Fappsettings.json")]
    [InlineData("/api/credits/ui/UiAssets.cs")]
    public async Task There_is_nothing_else(string path)
    {
        await using var app = await TestApp.StartAsync();

        (await app.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public void All_together_they_are_below_20_kB_compressed()
    {
        UiAssets.All.Where(asset => asset.IsForPages).Sum(asset => asset.Brotli.Length).ShouldBeLessThan(20 * 1024);
    }

    [Fact]
    public void The_module_needs_nothing_that_a_strict_policy_forbids()
    {
        var module = System.Text.Encoding.UTF8.GetString(UiAssets.Find("aicredits.js")!.Plain);

        Forbidden().Matches(module).Select(match => match.Value).ShouldBeEmpty();
    }

    [GeneratedRegex("\"\\./([^\"]+)\"")]
    private static partial Regex Target();

    [GeneratedRegex(@"\beval\(|new Function\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write|setAttribute\(""style""|[{,]\s*style: [{`]")]
    private static partial Regex Forbidden();
}
