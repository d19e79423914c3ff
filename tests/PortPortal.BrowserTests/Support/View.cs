namespace PortPortal.BrowserTests.Support;

/// <summary>The size and the theme that a page is looked at in.</summary>
public sealed record View(string Name, int Width, int Height, ColorScheme Theme)
{
    public static readonly View Desktop = new("desktop", 1440, 900, ColorScheme.Light);
    public static readonly View Phone = new("phone", 390, 844, ColorScheme.Light);

    /// <summary>What each screen has to hold up in, for <c>[MemberData]</c>.</summary>
    public static TheoryData<View> Sizes => [Desktop, Phone];

    /// <summary>Where the person's clock is.</summary>
    public string Zone { get; init; } = "UTC";

    public override string ToString() => $"{Name}-{(Theme == ColorScheme.Dark ? "dark" : "light")}";

    public BrowserNewContextOptions ToOptions() => new()
    {
        ViewportSize = new() { Width = Width, Height = Height },
        ColorScheme = Theme,
        IsMobile = Name == "phone",
        HasTouch = Name == "phone",
        ReducedMotion = ReducedMotion.Reduce,
        Locale = "en-GB",
        TimezoneId = Zone,
    };
}
