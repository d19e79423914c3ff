namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>Which listeners are counted, not listed.</summary>
/// <remarks>
/// Hidden are PortPortal's own; port 22, which is never exposed; and ephemeral ones: the number comes from the kernel's range for ports nobody chose,
/// only programs of the same machine reach it, nothing in the process's arguments names it, and nothing tells what it is. Language servers,
/// browsers' control ports and kernels of notebooks are like that.
/// </remarks>
/// <param name="own">PortPortal's listeners, by port.</param>
/// <param name="ownPid">PortPortal's process; null where its other listeners are to be seen, as in a test that listens itself.</param>
internal sealed class HidingRule(OwnListeners own, int? ownPid)
{
    private const int Ssh = 22;

    /// <summary>Whether the number alone tells that it is PortPortal's.</summary>
    public bool IsOwn(int port) => own.Has(port);

    public HiddenReason Judge(int port, ListenerAddress address, ProcessOwner? owner, ListenerGuess? guess, PortRange ephemeral)
    {
        if ((owner is not null && owner.Process.Pid == ownPid) || IsOwn(port))
        {
            return HiddenReason.Own;
        }

        if (port == Ssh)
        {
            return HiddenReason.Ssh;
        }

        return ephemeral.Contains(port) && address.Reach == ListenerReach.Loopback && guess is null && owner?.CommandLine.Names(port) != true
            ? HiddenReason.Ephemeral
            : HiddenReason.None;
    }
}

/// <summary>Why a listener is counted but not listed.</summary>
public enum HiddenReason
{
    None,

    /// <summary>It is PortPortal itself.</summary>
    Own,

    /// <summary>Port 22 is never exposed.</summary>
    Ssh,

    /// <summary>A number nobody chose, for this machine's programs among themselves.</summary>
    Ephemeral,
}
