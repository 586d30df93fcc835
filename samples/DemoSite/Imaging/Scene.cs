using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AiCredits.DemoSite.Imaging;

internal enum Light
{
    Day,
    Dawn,
    Sunset,
    Night,
}

internal enum Land
{
    Hills,
    Mountains,
    Sea,
    Forest,
    City,
    Desert,
}

internal enum Style
{
    Layers,
    Poster,
    Brush,
    Storybook,
    Crystal,
    Fine,
}

/// <summary>What a prompt asks for, as far as this painter knows the words; the seed decides the rest.</summary>
internal sealed record Scene(Light Light, Land Land, Style Style, float? Hue, IReadOnlySet<string> Things, ulong Seed)
{
    private static readonly Dictionary<string, string[]> Vocabulary = new(StringComparer.Ordinal)
    {
        ["day"] = ["day", "noon", "sunny", "bright", "morning", "summer", "spring", "beach", "meadow"],
        ["dawn"] = ["dawn", "sunrise", "fog", "foggy", "mist", "misty", "pastel", "calm", "dream", "dreamy"],
        ["sunset"] = ["sunset", "dusk", "evening", "golden", "fire", "autumn", "warm", "volcano", "romantic"],
        ["night"] = ["night", "midnight", "dark", "moon", "moonlit", "moonlight", "star", "stars", "starry", "space", "galaxy", "neon", "aurora", "cyberpunk", "astronaut"],
        ["mountains"] = ["mountain", "mountains", "alps", "peak", "peaks", "summit", "volcano", "cliff", "glacier", "dragon", "castle"],
        ["sea"] = ["sea", "ocean", "lake", "water", "beach", "island", "coast", "harbour", "harbor", "boat", "ship", "sail", "wave", "waves", "fish", "whale", "lighthouse", "river"],
        ["forest"] = ["forest", "forests", "tree", "trees", "wood", "woods", "jungle", "pine", "pines", "fox", "bear", "deer", "wolf", "owl"],
        ["city"] = ["city", "town", "street", "skyline", "tower", "towers", "building", "skyscraper", "neon", "cyberpunk", "robot", "car", "tokyo", "paris", "london", "york"],
        ["desert"] = ["desert", "dune", "dunes", "sand", "sahara", "camel", "mars", "pyramid", "pyramids"],
        ["hills"] = ["hill", "hills", "meadow", "field", "fields", "valley", "farm", "village", "garden", "flower", "flowers"],
        ["sun"] = ["sun", "sunny", "sunset", "sunrise", "summer"],
        ["moon"] = ["moon", "moonlit", "moonlight", "wolf", "owl"],
        ["stars"] = ["star", "stars", "starry", "space", "galaxy", "astronaut", "universe"],
        ["planet"] = ["planet", "saturn", "space", "galaxy", "astronaut", "alien"],
        ["clouds"] = ["cloud", "clouds", "cloudy", "storm", "sky", "dream", "dreamy"],
        ["birds"] = ["bird", "birds", "gull", "gulls", "eagle", "raven", "dragon", "parrot"],
        ["boat"] = ["boat", "boats", "ship", "sail", "sailing", "pirate", "harbour", "harbor"],
        ["house"] = ["house", "home", "cabin", "cottage", "hut", "village", "farm"],
        ["castle"] = ["castle", "palace", "king", "queen", "princess", "knight", "dragon"],
        ["balloon"] = ["balloon", "balloons", "fly", "flying", "journey", "adventure"],
        ["rain"] = ["rain", "rainy", "storm", "thunder", "monsoon"],
        ["snow"] = ["snow", "snowy", "winter", "ice", "christmas", "glacier", "arctic"],
        ["aurora"] = ["aurora", "northern", "magic", "magical", "neon", "cyberpunk"],
        ["lighthouse"] = ["lighthouse", "beacon"],
        ["pyramid"] = ["pyramid", "pyramids", "egypt"],
    };

    private static readonly Dictionary<string, float> Hues = new(StringComparer.Ordinal)
    {
        ["red"] = 355, ["crimson"] = 348, ["orange"] = 24, ["gold"] = 42, ["golden"] = 42, ["yellow"] = 50, ["green"] = 130,
        ["emerald"] = 150, ["teal"] = 178, ["turquoise"] = 174, ["cyan"] = 188, ["blue"] = 214, ["indigo"] = 240,
        ["violet"] = 268, ["purple"] = 278, ["magenta"] = 305, ["pink"] = 332, ["rose"] = 340, ["banana"] = 50,
    };

    private static readonly Dictionary<string, Style> Styles = new(StringComparer.Ordinal)
    {
        ["nano-banana"] = Style.Poster,
        ["flux-dev"] = Style.Layers,
        ["lora-normal"] = Style.Brush,
        ["lora-context"] = Style.Storybook,
        ["gemini-flash"] = Style.Crystal,
        ["nano-banana-pro"] = Style.Fine,
    };

    public bool Has(string thing) => Things.Contains(thing);

    /// <summary>The scene of a prompt. <paramref name="index"/> tells several pictures of one prompt apart.</summary>
    public static Scene Of(string prompt, string model, int index)
    {
        var normal = string.Join(' ', prompt.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var seed = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{model}\n{index}\n{normal}")));
        var dice = new Dice(seed);
        var words = normal.Split([' ', ',', '.', ';', ':', '!', '?', '-', '"', '\'', '(', ')', '/'], StringSplitOptions.RemoveEmptyEntries);
        var things = Vocabulary.Where(known => known.Value.Intersect(words, StringComparer.Ordinal).Any()).Select(known => known.Key).ToHashSet(StringComparer.Ordinal);

        var light = First(words, ("night", Light.Night), ("sunset", Light.Sunset), ("dawn", Light.Dawn), ("day", Light.Day)) ?? (Light)dice.Below(4);
        var land = First(words, ("desert", Land.Desert), ("sea", Land.Sea), ("city", Land.City), ("mountains", Land.Mountains), ("forest", Land.Forest), ("hills", Land.Hills)) ?? (Land)dice.Below(6);
        float? hue = words.Where(Hues.ContainsKey).Select(word => (float?)Hues[word]).FirstOrDefault();
        return new Scene(light, land, Styles.GetValueOrDefault(model, Style.Layers), hue, things, seed);
    }

    // The word that comes first in the prompt decides; of one word with two meanings, the first meaning listed.
    private static T? First<T>(string[] words, params ReadOnlySpan<(string Thing, T Value)> choices)
        where T : struct
    {
        foreach (var word in words)
        {
            foreach (var (thing, value) in choices)
            {
                if (Vocabulary[thing].Contains(word, StringComparer.Ordinal))
                {
                    return value;
                }
            }
        }

        return null;
    }
}
