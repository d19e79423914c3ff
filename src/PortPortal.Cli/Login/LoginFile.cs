using System.Text.Json;
using PortPortal.Cli.Output;

namespace PortPortal.Cli.Login;

/// <summary>The sign-in on disk, for its owner's eyes only.</summary>
internal static class LoginFile
{
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Null where nobody is signed in.</summary>
    public static SignedIn? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<SignedIn>(File.ReadAllText(path), JsonText.Settings);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException)
        {
            throw new Failure(ExitCodes.WrongUse, $"{path} is damaged. Run portportal login again.");
        }
    }

    /// <summary>Whole or not at all, and never readable by others, not even for a moment.</summary>
    public static void Write(string path, SignedIn signedIn)
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
            file.Write(JsonText.Of(signedIn));
        }

        File.Move(fresh, path, overwrite: true);
    }
}
