using System.Net;
using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Edge.Traffic;

/// <summary>One person at one exposure, over all their requests and sockets.</summary>
internal sealed class LiveVisitor(VisitorKey key, Grant? grant, VisitorAccount? account, string from, string agent, DateTimeOffset since)
{
    private readonly int[] _open = new int[3]; // by kind, under the books' lock
    private long _up;
    private long _down;
    private long _lastSeenTicks = since.UtcTicks;

    public string Id { get; } = ShortId.New();

    public VisitorKey Key => key;

    public Grant? Grant => grant;

    public VisitorAccount? Account => account;

    /// <summary>The address they have proved, by a code or by their account.</summary>
    public string? Email => grant?.Email ?? account?.VerifiedEmail;

    public string From => from;

    /// <summary>True for the line that many strangers share.</summary>
    public bool IsCrowd => key == default;

    /// <summary>A name or an address; null for people whom nobody identified.</summary>
    public string? Who => IsCrowd ? "Many others" : account?.Name ?? grant?.Email;

    public string CameBy => grant?.Proof switch
    {
        Proof.SignIn => "SSO",
        Proof.EmailCode => "E-mail",
        Proof.Pin => "PIN",
        Proof.Link => "Link only",
        Proof.Preview => "Preview link",
        _ => "Public",
    };

    /// <remarks>Under the books' lock.</remarks>
    public bool HasOpen => _open[0] + _open[1] + _open[2] > 0;

    public DateTimeOffset LastSeenAt => new(Volatile.Read(ref _lastSeenTicks), TimeSpan.Zero);

    public void AddUp(long bytes) => Interlocked.Add(ref _up, bytes);

    public void AddDown(long bytes) => Interlocked.Add(ref _down, bytes);

    /// <remarks>Under the books' lock.</remarks>
    public void Count(VisitKind kind, int by, DateTimeOffset now)
    {
        _open[(int)kind] += by;
        Volatile.Write(ref _lastSeenTicks, now.UtcTicks);
    }

    /// <remarks>Under the books' lock.</remarks>
    public VisitorStatus StatusAt(ExposureStatus exposure) => new()
    {
        Id = Id,
        ExposureId = exposure.Id,
        SessionId = exposure.SessionId,
        Port = exposure.Port,
        UserId = grant?.UserId,
        Who = Who,
        Email = Email,
        IsCrowd = IsCrowd,
        CameBy = CameBy,
        LinkId = grant?.LinkId,
        From = from,
        Agent = agent,
        Since = since,
        LastSeenAt = LastSeenAt,
        Open = _open[0] + _open[1] + _open[2],
        WebSockets = _open[(int)VisitKind.WebSocket],
        EventStreams = _open[(int)VisitKind.EventStream],
        BytesUp = Volatile.Read(ref _up),
        BytesDown = Volatile.Read(ref _down),
    };
}

/// <summary>Who counts as one person: the holder of a grant, or else one browser at one address.</summary>
internal readonly record struct VisitorKey(string? GrantId, IPAddress? Address, string? Agent);
