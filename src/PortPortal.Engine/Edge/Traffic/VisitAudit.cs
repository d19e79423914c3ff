using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Access;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Edge.Routes;

namespace PortPortal.Engine.Edge.Traffic;

/// <summary>Notes who came in first and who was refused, in plain words; the same again within ten minutes is one line with a count.</summary>
internal sealed class VisitAudit(Action<AuditEntry> write, TimeProvider time)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private const int MostLines = 10_000;
    private readonly Lock _lock = new();
    private readonly Dictionary<Line, Fold> _open = []; // under _lock

    public void Admitted(HttpContext context, EdgeRoute route, in Visitor visitor)
    {
        var how = visitor.Grant?.Proof switch
        {
            Proof.SignIn => "signed in",
            Proof.EmailCode => "with a code by e-mail",
            Proof.Pin => "with the PIN",
            Proof.Link => "with a link that needs no other proof",
            Proof.Preview => "with a preview link",
            _ => "as everyone may",
        };
        Note(context, route, visitor, "visit.admitted", AuditResult.Done, $"Came in to port {route.Exposure.Port} of {route.Exposure.SessionName}, {how}.");
    }

    /// <param name="why">What follows "because", in plain words, without any secret.</param>
    public void Refused(HttpContext context, EdgeRoute route, in Visitor visitor, string why) =>
        Note(context, route, visitor, "visit.refused", AuditResult.Refused, $"Was refused at port {route.Exposure.Port} of {route.Exposure.SessionName}, because {why}.");

    /// <summary>Tells the owner that the PIN page is closed for everyone.</summary>
    public void Locked(EdgeRoute route) => write(new()
    {
        At = time.GetUtcNow(),
        ActorId = "visitor",
        ActorName = "Visitors",
        Action = "pin.locked",
        SessionId = route.Exposure.SessionId,
        SessionName = route.Exposure.SessionName,
        Port = route.Exposure.Port,
        Result = AuditResult.Refused,
        Reason = $"The PIN page of port {route.Exposure.Port} of {route.Exposure.SessionName} is closed for 15 minutes, because too many wrong PINs came in. A new PIN opens it at once.",
    });

    /// <summary>Closes the lines whose ten minutes are over.</summary>
    public void Settle()
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            foreach (var (line, fold) in _open.Where(pair => now - pair.Value.First.At >= Window).ToList())
            {
                _open.Remove(line);
                if (fold.Again > 0)
                {
                    write(fold.First with { At = now, Reason = $"{fold.First.Reason} {fold.Again} more times in {Window.TotalMinutes:0} minutes." });
                }
            }
        }
    }

    private void Note(HttpContext context, EdgeRoute route, in Visitor visitor, string action, AuditResult result, string reason)
    {
        var from = PeerAddress.Text(context);
        var line = new Line(route.Exposure.Id, from, visitor.Account?.UserId ?? visitor.Grant?.Email, reason);
        lock (_lock)
        {
            if (_open.TryGetValue(line, out var fold))
            {
                fold.Again++;
                return;
            }

            var entry = new AuditEntry
            {
                At = time.GetUtcNow(),
                ActorId = visitor.Account?.UserId ?? "visitor",
                ActorName = visitor.Account?.Name ?? visitor.Grant?.Email ?? "Visitor",
                From = from,
                Action = action,
                SessionId = route.Exposure.SessionId,
                SessionName = route.Exposure.SessionName,
                Port = route.Exposure.Port,
                Result = result,
                Reason = reason,
            };
            if (_open.Count < MostLines)
            {
                _open[line] = new(entry);
            }

            write(entry);
        }
    }

    private readonly record struct Line(string ExposureId, string From, string? Who, string Reason);

    private sealed class Fold(AuditEntry first)
    {
        public AuditEntry First => first;

        public int Again { get; set; }
    }
}
