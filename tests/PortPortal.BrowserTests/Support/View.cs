namespace PortPortal.BrowserTests.Support;

/// <summary>The size and the theme that a page is looked at in.</summary>
public sealed record View(string Name, int Width, int Height, ColorScheme Theme)
{
    public static readonly View Desktop = new("desktop", 1440, 900, ColorScheme.Light);
    public static readonly View DesktopDark = Desktop with { Theme = ColorScheme.Dark };
    public static readonly View Phone = new("phone", 390, 844, ColorScheme.Light);
    public static readonly View PhoneDark = Phone with { Theme = ColorScheme.Dark };

    /// <summary>Every combination that each screen has to hold up in.</summary>
    public static IReadOnlyList<View> All { get; } = [Desktop, DesktopDark, Phone, PhoneDark];

    /// <summary>For <c>[MemberData]</c>.</summary>
    public static TheoryData<View> Matrix => [.. All];

    public override string ToString() => $"{Name}-{(Theme == ColorScheme.Dark ? "dark" : "light")}";

    public BrowserNewContextOptions ToOptions() => new()
    {
        ViewportSize = new() { Width = Width, Height = Height },
        ColorScheme = Theme,
        IsMobile = Name == "phone",
        HasTouch = Name == "phone",
        ReducedMotion = ReducedMotion.Reduce,
        Locale = "en-GB",
        TimezoneId = "UTC",
    };
}
