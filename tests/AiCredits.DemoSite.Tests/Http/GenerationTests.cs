using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace AiCredits.DemoSite.Http;

public sealed class GenerationTests(SharedDemoServer site)
{
    [Fact]
    public async Task A_guest_gets_a_picture_and_hears_what_is_left()
    {
        using var guest = site.NewVisitor();

        var answer = await guest.GenerateAsync("flux-dev");

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        ((int)answer.Json["guestInfo"]!["remaining"]!).ShouldBe(2);
        ((DateTimeOffset)answer.Json["guestInfo"]!["resetsAt"]!).ShouldBe(DateTimeOffset.UtcNow.AddHours(24), TimeSpan.FromMinutes(1));
        answer.Json["credits"].ShouldBeNull();
        answer.Header("RateLimit").ShouldNotBeNull().ShouldContain("r=2");
        SizeOf((string)answer.Json["image"]!).ShouldBe((768, 768));
    }

    [Fact]
    public async Task The_fourth_generation_of_a_guest_is_refused_with_the_way_on()
    {
        using var guest = site.NewVisitor();
        for (var use = 0; use < 3; use++)
        {
            (await guest.GenerateAsync("nano-banana")).Status.ShouldBe(HttpStatusCode.OK);
        }

        var answer = await guest.GenerateAsync("nano-banana");

        var problem = answer.ShouldBeProblem(HttpStatusCode.TooManyRequests, "/guest-limit-reached");
        ((int)problem["remaining"]!).ShouldBe(0);
        ((decimal)problem["welcomeCredits"]!).ShouldBe(50);
        var until = (DateTimeOffset)problem["resetsAt"]! - DateTimeOffset.UtcNow;
        int.Parse(answer.Header("Retry-After")!, CultureInfo.InvariantCulture).ShouldBeInRange((int)until.TotalSeconds - 1, (int)until.TotalSeconds + 3);
    }

    [Fact]
    public async Task A_new_user_has_50_credits_and_pays_the_price_of_the_model()
    {
        using var user = site.NewVisitor();
        await user.SignUpAsync();
        (await user.BalanceAsync()).ShouldBe(50);

        var answer = await user.GenerateAsync("nano-banana-pro", count: 2);

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        ((decimal)answer.Json["credits"]!["charged"]!).ShouldBe(4);
        ((decimal)answer.Json["credits"]!["remaining"]!).ShouldBe(46);
        answer.Json["images"]!.AsArray().Select(image => (string)image!).Distinct().Count().ShouldBe(2);
        answer.Header("Credits-Charged").ShouldBe("4");
        answer.Header("Credits-Remaining").ShouldBe("46");
        (await user.BalanceAsync()).ShouldBe(46);
    }

    [Fact]
    public async Task The_endpoint_with_a_fixed_price_takes_half_a_credit()
    {
        using var user = site.NewVisitor();
        await user.SignUpAsync();

        var answer = await user.PostAsync("/api/generate-nano-banana", new { prompt = "a castle" });

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        answer.Header("Credits-Charged").ShouldBe("0.5");
        (await user.BalanceAsync()).ShouldBe(49.5m);
    }

    [Theory]
    [InlineData("/api/generate-image")]
    [InlineData("/api/generate-nano-banana")]
    public async Task A_failing_model_costs_nothing(string path)
    {
        using var user = site.NewVisitor();
        await user.SignUpAsync();
        using var guest = site.NewVisitor();
        (await guest.GenerateAsync("flux-dev")).Status.ShouldBe(HttpStatusCode.OK);
        var request = new { prompt = "a boat", aiModel = "flux-dev", simulate = "failure" };

        foreach (var visitor in new[] { user, guest })
        {
            var problem = (await visitor.PostAsync(path, request)).ShouldBeProblem(HttpStatusCode.BadGateway, "/generation-failed");
            ((string)problem["detail"]!).ShouldContain("othing was charged");
        }

        var credits = (await user.CreditsAsync())["credits"]!;
        ((decimal)credits["balance"]!).ShouldBe(50);
        ((decimal)credits["held"]!).ShouldBe(0);
        (await guest.GuestRemainingAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task What_a_guest_made_goes_to_the_account_that_the_guest_signs_up_for()
    {
        using var visitor = site.NewVisitor();
        (await visitor.GenerateAsync("flux-dev", prompt: "a lighthouse in the rain")).Status.ShouldBe(HttpStatusCode.OK);

        await visitor.SignUpAsync();
        (await visitor.GenerateAsync("flux-dev", prompt: "a second one")).Status.ShouldBe(HttpStatusCode.OK);

        (await visitor.GetAsync("/api/credits/generations")).Text.ShouldContain("a second one");
        (await visitor.BalanceAsync()).ShouldBe(49);
        (await visitor.PostAsync("/account/logout", new { })).Status.ShouldBe(HttpStatusCode.NoContent);
        ((bool)(await visitor.CreditsAsync())["authenticated"]!).ShouldBeFalse();
    }

    [Fact]
    public async Task Without_credits_the_answer_is_402_with_what_to_do()
    {
        using var user = site.NewVisitor();
        await user.SignUpAsync();
        for (var run = 0; run < 6; run++)
        {
            // Eight credits each: 48 of 50.
            (await user.GenerateAsync("nano-banana-pro", count: 4)).Status.ShouldBe(HttpStatusCode.OK);
        }

        var problem = (await user.GenerateAsync("nano-banana-pro", count: 2)).ShouldBeProblem(HttpStatusCode.PaymentRequired, "/insufficient-credits");

        ((decimal)problem["required"]!).ShouldBe(4);
        ((decimal)problem["available"]!).ShouldBe(2);
        ((bool)problem["retryable"]!).ShouldBeFalse();
        problem["affordableModels"]!.AsArray().Select(model => (string)model!).ShouldContain("nano-banana");
        (await user.GetAsync((string)problem["packsUrl"]!)).Json.AsArray().Count.ShouldBe(4);
        ((bool)(await user.CreditsAsync())["credits"]!["lowBalance"]!).ShouldBeTrue();
    }

    [Fact]
    public async Task Credits_of_a_running_generation_are_set_aside()
    {
        using var user = site.NewVisitor();
        await user.SignUpAsync();

        var running = user.GenerateAsync("nano-banana-pro", simulate: "slow");
        await Eventually.Async(async () => ((decimal)(await user.CreditsAsync())["credits"]!["held"]!).ShouldBe(2));
        (await user.BalanceAsync()).ShouldBe(48);

        (await running).Status.ShouldBe(HttpStatusCode.OK);
        ((decimal)(await user.CreditsAsync())["credits"]!["held"]!).ShouldBe(0);
        (await user.BalanceAsync()).ShouldBe(48);
    }

    private static (int Width, int Height) SizeOf(string image)
    {
        const string Prefix = "data:image/png;base64,";
        image.ShouldStartWith(Prefix);
        var png = Convert.FromBase64String(image[Prefix.Length..]);
        png[..8].ShouldBe(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A });
        return (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }
}
