using System.Text.Json;
using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using CsCheck;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>Slices are written and read by hand; JSON's own reader agrees.</summary>
public sealed class SliceTextTests
{
    private static readonly Gen<GrantSlice[]> Slices = Gen.Select(Gen.Long, Gen.Long, (id, amount) => new GrantSlice(id, Credits.FromMillionths(amount))).Array[1, 20];

    [Fact]
    public void What_is_written_is_read_again() =>
        Slices.Sample(slices => Stored.Slices(Stored.Slices(slices)).SequenceEqual(slices));

    [Fact]
    public void What_is_written_is_JSON() =>
        Slices.Sample(slices => JsonSerializer.Deserialize<long[][]>(Stored.Slices(slices)!)!.Select(slice => new GrantSlice(slice[0], Credits.FromMillionths(slice[1]))).SequenceEqual(slices));

    [Theory]
    [InlineData("[[12,500000],[19,250000]]", 2)]
    [InlineData("[ [12, 500000] , [19, 250000] ]", 2)]
    [InlineData("[]", 0)]
    [InlineData(null, 0)]
    public void What_another_program_wrote_is_read(string? json, int count)
    {
        var slices = Stored.Slices(json);

        slices.Count.ShouldBe(count);
        if (count == 2)
        {
            slices.ShouldBe([new GrantSlice(12, 0.5m), new GrantSlice(19, 0.25m)]);
        }
    }
}
