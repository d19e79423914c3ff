namespace PortPortal.Cli;

/// <summary>What the command ends with, for scripts; docs/cli.md lists them.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Refused = 1;
    public const int WrongUse = 2;
    public const int NotAllowed = 3;
    public const int NotFound = 4;
    public const int Unreachable = 5;
}
