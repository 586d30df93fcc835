namespace AiCredits.Core.Tests.Values;

public sealed class TextTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("user@example.com")]
    [InlineData("auth0|5f7c8ec7c33c6c004bbafe82")]
    [InlineData("👩‍👩‍👧‍👦")]
    [InlineData(" inner and outer spaces ")]
    public void An_account_id_is_what_the_app_calls_its_user(string text)
    {
        var id = new AccountId(text);

        id.Value.ShouldBe(text);
        id.ToString().ShouldBe(text);
        id.IsDefault.ShouldBeFalse();
        id.ShouldBe(new AccountId(text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\u3000")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a\u0085b")]
    [InlineData("a\u007Fb")]
    public void What_no_database_would_keep_is_no_account_id(string? text) => Should.Throw<ArgumentException>(() => new AccountId(text!)).Message.ShouldStartWith("The account id");

    [Fact]
    public void Broken_unicode_is_refused_or_replaced()
    {
        // Not as arguments of the test: those are kept as UTF-8, which can't hold them.
        foreach (var broken in new[] { "\uD83D", "\uDC08", "\uDC08\uD83D", "a\uD83Db", "a\uDC08" })
        {
            Should.Throw<ArgumentException>(() => new AccountId(broken));
            Should.Throw<ArgumentException>(() => Text.EnsureFreeText(broken, 10, "text"));
            Text.Fit(broken, 10)!.ShouldContain('\uFFFD');
            Should.NotThrow(() => Text.EnsureFreeText(Text.Fit(broken, 10), 10, "text"));
        }

        Text.Fit("a\uD83Db", 5).ShouldBe("a\uFFFDb");
    }

    [Fact]
    public void An_account_id_has_at_most_128_characters()
    {
        new AccountId(new string('a', 128)).Value.Length.ShouldBe(128);
        Should.Throw<ArgumentException>(() => new AccountId(new string('a', 129))).Message.ShouldContain("129 characters");
    }

    [Fact]
    public void The_default_account_id_names_nobody()
    {
        AccountId id = default;

        id.IsDefault.ShouldBeTrue();
        id.ToString().ShouldBe("");
        Should.Throw<InvalidOperationException>(() => id.Value).Message.ShouldContain("new AccountId");
    }

    [Fact]
    public void Account_ids_compare_ordinally()
    {
        new AccountId("A").ShouldNotBe(new AccountId("a"));
        new AccountId("é").ShouldNotBe(new AccountId("e\u0301"));
    }

    [Theory]
    [InlineData(null, 5, null)]
    [InlineData("", 5, "")]
    [InlineData("hello", 5, "hello")]
    [InlineData("hello!", 5, "hello")]
    [InlineData("cat🐈", 4, "cat")]
    [InlineData("cat🐈", 5, "cat🐈")]
    [InlineData("🐈", 1, "")]
    [InlineData("a\0b", 5, "a\uFFFDb")]
    [InlineData("\r\n\t", 5, "\r\n\t")]
    public void Text_from_outside_is_made_fit_to_be_kept(string? text, int length, string? fitted)
    {
        Text.Fit(text, length).ShouldBe(fitted);
        Should.NotThrow(() => Text.EnsureFreeText(Text.Fit(text, length), length, "text"));
    }
}
