using PortPortal.Engine.Common;

namespace PortPortal.Engine.Tunnels.WireGuard;

/// <summary>This machine's key pair in force, and the one that shall follow it; each in a file that only its owner reads.</summary>
/// <remarks>Taking the next one into force is one rename: after a crash it was either done or not. One thread changes it, any may read.</remarks>
/// <param name="path">Of the pair in force; made where it is missing.</param>
internal sealed class WireGuardKeyring(string path)
{
    private readonly string _nextPath = path + ".next";
    private volatile WireGuardIdentity _current = WireGuardIdentity.LoadOrCreate(path);
    private volatile WireGuardIdentity? _next = TryLoad(path + ".next");

    public WireGuardIdentity Current => _current;

    /// <summary>Null where none was made yet.</summary>
    public WireGuardIdentity? Next => _next;

    /// <summary>When the pair in force was made.</summary>
    public DateTimeOffset MadeAt => new(File.GetLastWriteTimeUtc(path));

    /// <summary>The next pair; made where there is none.</summary>
    public WireGuardIdentity Prepare() => _next ??= WireGuardIdentity.LoadOrCreate(_nextPath);

    /// <summary>Puts the next pair in the place of the one in force, which is gone for good.</summary>
    public void Advance()
    {
        var next = Prepare();
        DurableFile.Replace(_nextPath, path);
        (_current, _next) = (next, null);
    }

    private static WireGuardIdentity? TryLoad(string nextPath)
    {
        try
        {
            return File.Exists(nextPath) ? WireGuardIdentity.LoadOrCreate(nextPath) : null;
        }
        catch (InvalidDataException)
        {
            // Nobody counts on it yet.
            File.Delete(nextPath);
            return null;
        }
    }
}
