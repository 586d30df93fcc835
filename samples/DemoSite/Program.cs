using AiCredits.DemoSite;
using AiCredits.DemoSite.Accounts;
using AiCredits.DemoSite.Generation;
using AiCredits.DemoSite.Imaging;

var builder = WebApplication.CreateBuilder(args);

var credits = builder.Services.AddAiCredits();
builder.AddDemoDatabase(credits);
builder.Services.AddDemoAccounts();
builder.Services.AddDemoImages(builder.Configuration);
builder.Services.AddSingleton<ImageStudio>();
builder.Services.AddProblemDetails();
builder.Services.AddValidation();
builder.Services.AddOpenApi();

// A request that can't be read is the client's fault in Development too: 400, not an exception page.
builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);

var app = builder.Build();

app.UseSecurityHeaders();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseDemoFiles();
app.UseAuthentication();
app.UseAuthorization();
app.UseAiCredits();

app.MapAiCredits();
app.MapImages();
app.MapDemoAccounts();
app.MapDemoPage();
app.MapOpenApi();

await app.CreateUserTablesAsync();
await app.RunAsync();
