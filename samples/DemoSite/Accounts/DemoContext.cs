using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.DemoSite.Accounts;

/// <summary>The users of the demo. Credits live beside them in the same database, in tables of their own.</summary>
internal sealed class DemoContext(DbContextOptions<DemoContext> options) : IdentityDbContext<IdentityUser>(options);
