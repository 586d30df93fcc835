using System.Security.Claims;
using Microsoft.AspNetCore.Identity;

namespace AiCredits.DemoSite.Accounts;

/// <summary>
/// Who may see /credits-admin: users with a claim that only the database gives. In Development one such user is made at the
/// start, from <c>Demo:Admin:Email</c> and <c>Demo:Admin:Password</c>; anywhere else nobody is an admin until somebody with
/// access to the database says so, since an e-mail address proves nothing where anyone can sign up with it.
/// </summary>
internal static class DemoAdmin
{
    private const string ClaimType = "demo-admin";

    /// <summary>The name of the policy, which <c>AiCredits:Http:AdminPolicy</c> names.</summary>
    public const string Policy = "CreditAdmin";

    public static void AddDemoAdmin(this IServiceCollection services) =>
        services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy.RequireClaim(ClaimType, "true"));

    public static async Task CreateAdminAsync(this WebApplication app)
    {
        var (email, password) = (app.Configuration["Demo:Admin:Email"], app.Configuration["Demo:Admin:Password"]);
        if (!app.Environment.IsDevelopment() || string.IsNullOrEmpty(email) || string.IsNullOrEmpty(password))
        {
            return;
        }

        await using var scope = app.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<IdentityUser>>();
        if (await users.FindByEmailAsync(email) is not null)
        {
            // Made at an earlier start, or a visitor's own: that one is not made an admin.
            return;
        }

        var admin = new IdentityUser(email) { Email = email };
        var made = await users.CreateAsync(admin, password);
        if (!made.Succeeded)
        {
            throw new InvalidOperationException($"The demo's admin can't be made: {string.Join(' ', made.Errors.Select(error => error.Description))} Change Demo:Admin:Email or Demo:Admin:Password.");
        }

        await users.AddClaimAsync(admin, new Claim(ClaimType, "true"));
    }
}
