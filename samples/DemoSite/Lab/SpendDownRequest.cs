using System.ComponentModel.DataAnnotations;

namespace AiCredits.DemoSite.Lab;

/// <summary>Asks to spend all but a few credits.</summary>
/// <param name="Leave">How many credits to leave.</param>
public sealed record SpendDownRequest([Range(0, 50, ErrorMessage = "Leave 0 to 50 credits.")] int Leave);
