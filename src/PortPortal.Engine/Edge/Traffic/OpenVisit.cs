using System.Net;
using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Access;
using PortPortal.Engine.Edge.Upstream;

namespace PortPortal.Engine.Edge.Traffic;

/// <summary>One request or socket that is being served: its counters, and the way to end it.</summary>
internal sealed class OpenVisit(ExposureBook book, LiveVisitor visitor, HttpContext context, string host, Grant? grant, VisitKind kind) : IForwardMeter
{
    /// <summary>The books' chain of open visits; under their lock.</summary>
    internal OpenVisit? Previous, Next;

    public ExposureBook Book => book;

    public LiveVisitor Visitor => visitor;

    public string Host => host;

    public Grant? Grant => grant;

    public VisitKind Kind => kind;

    /// <remarks>Under the books' lock: a visit that has left may have given its context to another request.</remarks>
    public IPAddress From => PeerAddress.Of(context);

    /// <summary>The session asks itself, for only such visits are served over plain HTTP; when it moves or pauses, its route is cut.</summary>
    public bool IsCallBack { get; } = !context.Request.IsHttps;

    public void Up(long bytes)
    {
        visitor.AddUp(bytes);
        book.AddUp(bytes);
    }

    public void Down(long bytes)
    {
        visitor.AddDown(bytes);
        book.AddDown(bytes);
    }

    /// <remarks>Under the books' lock, as <see cref="From"/>.</remarks>
    internal void Abort() => context.Abort();
}

internal enum VisitKind
{
    Request,
    WebSocket,
    EventStream,
}
