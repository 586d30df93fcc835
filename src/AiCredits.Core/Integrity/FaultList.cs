using System.Runtime.CompilerServices;

namespace AiCredits.Integrity;

/// <summary>What a proof has found wrong with an account. What is right costs no text: only a fault's is put together.</summary>
internal sealed class FaultList(AccountId account)
{
    private readonly List<IntegrityFault> faults = [];

    public IReadOnlyList<IntegrityFault> Found => faults;

    public void Expect(bool condition, IntegrityRule rule, [InterpolatedStringHandlerArgument(nameof(condition))] ref Detail detail)
    {
        if (!condition)
        {
            Expect(false, rule, detail.ToText());
        }
    }

    public void Expect(bool condition, IntegrityRule rule, string detail)
    {
        if (!condition && faults.Count < IntegrityCheck.MaxFaults)
        {
            faults.Add(new IntegrityFault(account, rule, detail));
        }
    }

    [InterpolatedStringHandler]
    public ref struct Detail
    {
        private DefaultInterpolatedStringHandler text;

        public Detail(int literalLength, int formattedCount, bool condition, out bool isNeeded)
        {
            isNeeded = !condition;
            text = isNeeded ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
        }

        public void AppendLiteral(string value) => text.AppendLiteral(value);

        public void AppendFormatted<T>(T value) => text.AppendFormatted(value);

        public void AppendFormatted<T>(T value, string? format) => text.AppendFormatted(value, format);

        public string ToText() => text.ToStringAndClear();
    }
}
