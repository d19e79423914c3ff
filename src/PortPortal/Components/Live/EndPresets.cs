namespace PortPortal.Components.Live;

/// <summary>The ends, counted from now, that a session or a forward can be given by one click.</summary>
internal static class EndPresets
{
    public static readonly IReadOnlyList<(TimeSpan In, string Text)> All =
    [
        (TimeSpan.FromHours(1), "1 h"),
        (TimeSpan.FromHours(8), "8 h"),
        (TimeSpan.FromHours(24), "24 h"),
        (TimeSpan.FromDays(7), "7 d"),
        (TimeSpan.FromDays(30), "30 d"),
    ];
}
