using Microsoft.Extensions.Configuration;

namespace PortPortal.Engine.Data;

/// <summary>The one place on disk that PortPortal writes to; only its owner can read it.</summary>
public sealed class DataDirectory
{
    public const string Setting = "Data:Directory";

    public DataDirectory(string path)
    {
        Root = System.IO.Path.GetFullPath(path);
        Make(Root);
    }

    public static string Default => System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".portportal");

    /// <summary>Where settings say it is.</summary>
    public static string PathIn(IConfiguration configuration) => configuration[Setting] is { Length: > 0 } path ? path : Default;

    public string Root { get; }

    /// <summary>A file's place in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Root, name);

    /// <summary>A folder in it, made if it is missing.</summary>
    public string Folder(string name)
    {
        var path = File(name);
        Make(path);
        return path;
    }

    private static void Make(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
