using AiCredits.AspNetCore.Purchases;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.AspNetCore.Administration;

/// <summary>A shop that sells through the simulation and has an admin.</summary>
internal static class AdminShop
{
    public static async Task<Shop> OpenAsync(Action<IServiceCollection>? services = null) => new(await TestApp.StartAsync(
        options => options.WelcomeCredits = 0,
        collection =>
        {
            AdminApp.AddAdmins(collection);
            services?.Invoke(collection);
        },
        app => app.MapAiCreditsAdmin().RequireAuthorization(AdminApp.Policy),
        environment: "Development",
        afterRouting: app => app.UseAuthentication().UseAuthorization()));

    /// <summary>Sells a pack to a user, who pays at once.</summary>
    public static async Task<(Guid Id, string Page)> SellAsync(this Shop shop, string user = "ann", string packId = "creator")
    {
        var (id, page) = await shop.BuyAsync(packId, user);
        using var paid = await shop.PressAsync(page, "Pay");
        (await shop.PurchaseAsync(id, user)).GetProperty("status").GetString().ShouldBe("delivered");
        // Ids are in the order of time, and so the next is after this one.
        shop.App.Clock.Advance(TimeSpan.FromSeconds(1));
        return (id, page);
    }
}
