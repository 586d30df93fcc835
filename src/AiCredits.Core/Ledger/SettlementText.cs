namespace AiCredits.Ledger;

internal static class SettlementText
{
    public static void Validate(GenerationEnd end, string? description)
    {
        ArgumentNullException.ThrowIfNull(end);
        if (!Enum.IsDefined(end.Outcome))
        {
            throw new ArgumentException($"{(int)end.Outcome} is no outcome of a generation. Use a member of GenerationOutcome.");
        }

        Text.EnsureFreeText(end.Prompt, int.MaxValue, "prompt");
        Text.EnsureFreeText(end.Error, LedgerCommand.MaxTextLength, "error");
        Text.EnsureFreeText(end.ProviderRequestId, LedgerCommand.MaxTextLength, "provider request id");
        Text.EnsureFreeText(end.ProviderCurrency, 3, "provider currency");
        Text.EnsureFreeText(description, LedgerCommand.MaxTextLength, "description");
    }
}
