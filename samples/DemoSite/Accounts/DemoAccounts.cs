using Microsoft.AspNetCore.Identity;

namespace AiCredits.DemoSite.Accounts;

/// <summary>Sign-up and sign-in: ASP.NET Core Identity and its own endpoints, with nothing added but a way out.</summary>
internal static class DemoAccounts
{
    public static void AddDemoAccounts(this IServiceCollection services)
    {
        services.AddAuthorization();
        services.AddIdentityApiEndpoints<IdentityUser>().AddEntityFrameworkStores<DemoContext>();
        services.Configure<IdentityOptions>(options =>
        {
            options.User.RequireUniqueEmail = true;

            // Length is what makes a password hard to guess; the other rules only annoy.
            options.Password.RequiredLength = 8;
            options.Password.RequireDigit = false;
            options.Password.RequireLowercase = false;
            options.Password.RequireUppercase = false;
            options.Password.RequireNonAlphanumeric = false;
        });
    }

    public static void MapDemoAccounts(this IEndpointRouteBuilder app)
    {
        var accounts = app.MapGroup("/account").WithTags("Account");

        // Every sign-up is worth 50 credits, so it is limited like other work that is not paid for.
        accounts.MapIdentityApi<IdentityUser>().RequireAiCreditsWorkLimit();
        accounts.MapPost("/logout", async (SignInManager<IdentityUser> signIn) =>
            {
                await signIn.SignOutAsync();
                return TypedResults.NoContent();
            })
            .RequireAuthorization();
    }
}
