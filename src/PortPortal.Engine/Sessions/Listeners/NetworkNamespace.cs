using System.Runtime.ExceptionServices;
using System.Text;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>A network namespace to look into: this process's own, another process's, or a named one.</summary>
internal sealed class NetworkNamespace
{
    /// <summary>The one PortPortal runs in.</summary>
    public static readonly NetworkNamespace Own = new(null);

    private readonly string? _path;

    private NetworkNamespace(string? path) => _path = path;

    /// <remarks>Look in soon after the process was seen: its number may be another's later.</remarks>
    public static NetworkNamespace OfProcess(int pid) => new($"/proc/{pid}/ns/net");

    /// <param name="path">Such as <c>/run/netns/blue</c>.</param>
    public static NetworkNamespace At(string path) => new(path);

    /// <summary>True where it is this process's own by another name; false too where it cannot be told.</summary>
    public bool IsOwn() => _path is null || (LinkOf(_path) is { } link && link == LinkOf("/proc/self/ns/net"));

    public override string ToString() => _path ?? "this machine";

    /// <summary>Does <paramref name="work"/> inside; sockets and /proc/net files opened there stay there.</summary>
    /// <remarks>A thread that entered a namespace never goes back to a pool: it is made for the visit and ends with it. Entering needs CAP_SYS_ADMIN.</remarks>
    /// <exception cref="IOException">There is no such namespace, or this process may not enter it.</exception>
    public T Visit<T>(Func<T> work)
    {
        if (_path is null)
        {
            return work();
        }

        T? result = default;
        ExceptionDispatchInfo? fault = null;
        var visitor = new Thread(() =>
        {
            try
            {
                Enter(_path);
                result = work();
            }
            catch (Exception e)
            {
                fault = ExceptionDispatchInfo.Capture(e);
            }
        }, maxStackSize: 256 * 1024)
        {
            IsBackground = true,
            Name = "network namespace",
        };
        visitor.Start();
        visitor.Join();
        fault?.Throw();
        return result!;
    }

    /// <summary>Such as <c>net:[4026531840]</c>, the same for the same namespace.</summary>
    private static string? LinkOf(string path)
    {
        Span<byte> target = stackalloc byte[64];
        var length = Libc.ReadLink(path, target, target.Length);
        return length > 0 ? Encoding.ASCII.GetString(target[..(int)length]) : null;
    }

    private static void Enter(string path)
    {
        try
        {
            using var descriptor = File.OpenHandle(path, share: FileShare.ReadWrite);
            if (Libc.EnterNamespace(descriptor, Libc.CloneNewNet) != 0)
            {
                throw Libc.LastError($"The network namespace {path} may not be entered");
            }
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The network namespace {path} may not be opened.", e);
        }
    }
}
