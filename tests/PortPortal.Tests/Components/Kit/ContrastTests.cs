using System.Globalization;
using System.Text.RegularExpressions;

namespace PortPortal.Tests.Components.Kit;

/// <summary>Every pair of foreground and ground that the parts use, read from the style sheet itself (WCAG 2.2, 1.4.3 and 1.4.11).</summary>
public sealed partial class ContrastTests
{
    private const double Text = 4.5;
    private const double Graphic = 3.0;
    private static readonly string[] Grounds = ["canvas", "surface", "inset", "raised", "hover"];
    private static readonly string[] States = ["live", "idle", "waiting", "paused", "gone", "warn", "danger"];
    private static readonly Dictionary<string, (string Light, string Dark)> Tokens = Read();

    public static TheoryData<string, string, double> Pairs()
    {
        var pairs = new TheoryData<string, string, double>();
        foreach (var ground in Grounds)
        {
            foreach (var text in (string[])["text", "text-2", "text-3", "accent-text", .. States.Select(state => $"{state}-text")])
            {
                pairs.Add(text, ground, Text);
            }

            foreach (var graphic in (string[])["accent", "line-input", .. States])
            {
                pairs.Add(graphic, ground, Graphic);
            }
        }

        foreach (var state in States)
        {
            pairs.Add($"{state}-text", $"{state}-soft", Text);
            pairs.Add("text", $"{state}-soft", Text);
            pairs.Add(state, $"{state}-soft", Graphic);
        }

        pairs.Add("text", "accent-soft", Text);
        pairs.Add("text-3", "accent-soft", Text);
        pairs.Add("accent-text", "accent-soft", Text);
        pairs.Add("text", "selected", Text);
        pairs.Add("text-2", "badge", Text);
        pairs.Add("on-accent", "accent", Text);
        pairs.Add("on-accent", "accent-hover", Text);
        pairs.Add("on-danger", "danger", Text);
        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Tokens_OnTheirGround_AreReadableInBothThemes(string foreground, string ground, double least)
    {
        var (front, back) = (Tokens[foreground], Tokens[ground]);

        var (light, dark) = (Contrast(front.Light, back.Light), Contrast(front.Dark, back.Dark));

        Assert.True(light >= least, $"{foreground} on {ground}, light: {light:0.00}, needs {least}.");
        Assert.True(dark >= least, $"{foreground} on {ground}, dark: {dark:0.00}, needs {least}.");
    }

    [Fact]
    public void OtherStyleSheets_Colours_ComeFromTokensOnly()
    {
        var strays = Directory.GetFiles(CssFolder(), "*.css")
            .Where(file => Path.GetFileName(file) != "tokens.css")
            .SelectMany(file => HexColour().Matches(File.ReadAllText(file)).Select(match => $"{Path.GetFileName(file)}: {match.Value}"))
            .Except(["signs.css: #FFFFFF", "signs.css: #0A1A18"]); // QR codes are dark on white in both themes

        Assert.Empty(strays);
    }

    private static double Contrast(string a, string b)
    {
        var (high, low) = (Math.Max(Luminance(a), Luminance(b)), Math.Min(Luminance(a), Luminance(b)));
        return (high + 0.05) / (low + 0.05);
    }

    private static double Luminance(string hex)
    {
        double Channel(int at)
        {
            var value = int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Channel(1)) + (0.7152 * Channel(3)) + (0.0722 * Channel(5));
    }

    private static Dictionary<string, (string Light, string Dark)> Read()
    {
        var css = File.ReadAllText(Path.Combine(CssFolder(), "tokens.css"));
        // The first definition is the normal one; prefers-contrast: more comes after it and may only be stronger.
        return Token().Matches(css).GroupBy(match => match.Groups["name"].Value, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => (group.First().Groups["light"].Value, group.First().Groups["dark"].Value), StringComparer.Ordinal);
    }

    private static string CssFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PortPortal.sln")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "wwwroot", "css");
    }

    [GeneratedRegex("--pp-(?<name>[a-z0-9-]+): light-dark\\((?<light>#[0-9A-F]{6}), (?<dark>#[0-9A-F]{6})\\);", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();

    [GeneratedRegex("#[0-9A-Fa-f]{6}\\b|#[0-9A-Fa-f]{3}\\b(?=[;, )])", RegexOptions.None, 1000)]
    private static partial Regex HexColour();
}
