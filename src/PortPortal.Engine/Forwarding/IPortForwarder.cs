using System.Collections.Immutable;
using System.Net;

namespace PortPortal.Engine.Forwarding;

/// <summary>Makes public ports of this machine lead into sessions, and nothing else.</summary>
/// <remarks>
/// The whole plan decides, and may be applied any number of times; a step is the short way between two of them.
/// All members may be called from any thread; calls wait for one another.
/// Disposing it ends what runs in this process and leaves what is in the kernel, so that forwards outlive a restart.
/// </remarks>
public interface IPortForwarder : IAsyncDisposable
{
    /// <summary>Which driver is in force, and why.</summary>
    ForwarderStatus Status { get; }

    /// <summary>Raised when someone else touched what was applied; apply the plan again. Never raised while a call is running.</summary>
    event Action? Disturbed;

    /// <summary>Makes what is in force equal to <paramref name="plan"/>, mends damage, and ends the flows of what was closed or changed.</summary>
    /// <remarks>Where an item fails the others are still applied; where all fails the last good state stays.</remarks>
    Task<ForwardReport> ApplyAsync(ForwardPlan plan, CancellationToken cancellationToken);

    /// <summary>Opens, changes and closes a few forwards at a cost that does not grow with how many there are.</summary>
    /// <returns>What became of those that it opens; null where the driver cannot vouch for the rest: apply the whole plan.</returns>
    Task<ForwardReport?> ChangeAsync(ForwardStep change, CancellationToken cancellationToken);

    /// <summary>How what is found differs from the plan applied last, without changing anything.</summary>
    Task<ImmutableArray<ForwardDrift>> InspectAsync(CancellationToken cancellationToken);

    /// <summary>Bytes and connections of every forward in force, counted since it was opened or since this process started.</summary>
    Task<ImmutableArray<ForwardTraffic>> ReadTrafficAsync(CancellationToken cancellationToken);

    /// <summary>Lets one visitor's address use a forward that asks for a knock; false where no such forward is in force.</summary>
    Task<bool> AdmitAsync(uint mark, IPAddress visitor, TimeSpan duration, CancellationToken cancellationToken);
}

/// <summary>The driver in force.</summary>
/// <param name="Name"><c>nftables</c> or <c>userspace relay</c>.</param>
/// <param name="Reason">One sentence for screens and the start summary.</param>
public sealed record ForwarderStatus(string Name, string Reason);

/// <summary>What went through one forward.</summary>
/// <param name="Mark">The forward's identity.</param>
/// <param name="BytesIn">From visitors to the session. The kernel counts whole IP packets, the relay payload.</param>
/// <param name="BytesOut">From the session to visitors.</param>
/// <param name="Connections">Connections opened, not those open now.</param>
public sealed record ForwardTraffic(uint Mark, long BytesIn, long BytesOut, long Connections);
