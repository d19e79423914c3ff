using System.Text.Json;
using PortPortal.Cli.Output;

namespace PortPortal.Cli.Login;

/// <summary>A file with a secret in it, for its owner's eyes only.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Null where there is none.</summary>
    public static T? Read<T>(string path)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), JsonText.Settings);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException)
        {
            throw new Failure(ExitCodes.WrongUse, $"{path} is damaged. Delete it, and run portportal login again.");
        }
    }

    /// <summary>Whole or not at all, and never readable by others, not even for a moment.</summary>
    public static void Write<T>(string path, T value)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var fresh = $"{path}.{Environment.ProcessId}";
        var how = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = OwnersOnly;
        }

        using (var file = new StreamWriter(fresh, how))
        {
            file.Write(JsonText.Of(value));
        }

        File.Move(fresh, path, overwrite: true);
    }
}
