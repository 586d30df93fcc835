using System.Security.Claims;

namespace AiCredits.AspNetCore.Identity;

public sealed class CallerEmailTests
{
    [Theory]
    [InlineData("ann@example.com", true)]
    [InlineData("ann+credits@mail.example.co.uk", true)]
    [InlineData("ann@localhost", false)]
    [InlineData("ann@gmail", false)]
    [InlineData("Ann <ann@example.com>", false)]
    [InlineData("ann", false)]
    [InlineData("", false)]
    public void Only_what_a_payment_provider_takes_is_told_to_it(string claim, bool isTold) =>
        CallerEmail.Of(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Email, claim)], "test"))).ShouldBe(isTold ? claim : null);

    [Fact]
    public void Nobody_needs_to_have_an_address() => CallerEmail.Of(new ClaimsPrincipal(new ClaimsIdentity([], "test"))).ShouldBeNull();
}
