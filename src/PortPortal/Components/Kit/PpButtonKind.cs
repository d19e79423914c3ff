namespace PortPortal.Components.Kit;

/// <summary>One primary per view; danger is red text first, solid only in the step that confirms.</summary>
public enum PpButtonKind
{
    Default,
    Primary,
    Ghost,
    Danger,
    DangerSolid,
}

public enum PpButtonSize
{
    Default,
    Small,
    Large,
}

internal static class PpButtonWords
{
    public static string? Css(this PpButtonKind kind) => kind switch
    {
        PpButtonKind.Primary => "primary",
        PpButtonKind.Ghost => "ghost",
        PpButtonKind.Danger => "danger",
        PpButtonKind.DangerSolid => "danger-solid",
        _ => null,
    };

    public static string? Css(this PpButtonSize size) => size switch
    {
        PpButtonSize.Small => "sm",
        PpButtonSize.Large => "lg",
        _ => null,
    };
}
