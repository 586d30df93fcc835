using AiCredits.DemoSite;
using AiCredits.DemoSite.Accounts;
using AiCredits.DemoSite.Generation;
using AiCredits.DemoSite.Imaging;
using AiCredits.DemoSite.Lab;
using AiCredits.DemoSite.Mail;

var builder = WebApplication.CreateBuilder(args);

var credits = builder.Services.AddAiCredits();
builder.AddDemoDatabase(credits);
credits.AddReceipts(builder.Configuration);
if (builder.Environment.IsDevelopment() || builder.Configuration["AiCredits:Stripe:SecretKey"] is { Length: > 0 })
{
    // Without a key, a developer's site sells through the built-in simulation.
    credits.UseStripe();
}

builder.Services.AddDemoAccounts();
builder.Services.AddDemoAdmin();
builder.Services.AddDemoTeams();
builder.Services.AddDemoImages(builder.Configuration);
builder.Services.AddSingleton<ImageStudio>();
builder.Services.AddSingleton<AccountLab>();
builder.Services.AddScoped<TeamLab>();
builder.Services.AddRazorPages();
builder.Services.AddProblemDetails();
builder.Services.AddValidation();
builder.Services.AddOpenApi();

// A request that can't be read is the client's fault in Development too: 400, not an exception page.
builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);

var app = builder.Build();

app.UseDemoHeaders();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseDemoFiles();
app.UseAuthentication();
app.UseAuthorization();
app.UseAiCredits();

app.MapAiCredits();
app.MapAiCreditsTeam(DemoTeams.Policy);
app.MapAiCreditsDashboard();
app.MapImages();
app.MapDemoAccounts();
app.MapDemoPages();
if (app.Environment.IsDevelopment())
{
    app.MapLab();
}

app.MapOpenApi();

await app.CreateUserTablesAsync();
await app.CreateAdminAsync();
await app.RunAsync();
