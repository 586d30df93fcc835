namespace AiCredits.Guests;

/// <summary>
/// A guest by every signal there is. Each signal is a subject that is counted on its own; the fullest one decides, so
/// that dropping a cookie or changing address alone buys nothing.
/// </summary>
/// <param name="GuestId">The id in the guest's signed cookie.</param>
/// <param name="Subjects">The signals, at least one. They hold no address in the clear, only keyed hashes.</param>
public sealed record GuestIdentity(string GuestId, IReadOnlyList<GuestSubject> Subjects)
{
    /// <summary>The longest guest id, in characters.</summary>
    public const int MaxGuestIdLength = 64;

    /// <summary>Throws <see cref="ArgumentException"/> when the identity can't be counted.</summary>
    public void Validate()
    {
        Text.EnsureIdentifier(GuestId, MaxGuestIdLength, "guest id");
        if (Subjects.Count is 0 or > 8)
        {
            throw new ArgumentException($"The guest has {Subjects.Count} subjects. Give 1 to 8.");
        }

        foreach (var subject in Subjects)
        {
            Text.EnsureIdentifier(subject.Key, GuestSubject.MaxKeyLength, "guest subject");
            if (subject.Limit < 0)
            {
                throw new ArgumentException($"The limit of a guest subject is {subject.Limit}. Use 0 or more.");
            }
        }
    }
}
