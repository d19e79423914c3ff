using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Access;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Edge.Routes;

namespace PortPortal.Engine.Edge.Traffic;

/// <summary>Notes who came in first and who was refused, in plain words; the same again within ten minutes is one line with a count.</summary>
/// <remarks>Beyond <see cref="MostLines"/> different lines at one exposure the rest is one line too: whoever attacks from everywhere must not write the log.</remarks>
internal sealed class VisitAudit(Action<AuditEntry> write, TimeProvider time)
{
    /// <summary>Reasons of refusals, to follow "because".</summary>
    public const string NotOnList = "they are not on the list";
    public const string KeptOut = "the owner keeps them out";

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    public const int MostLines = 100;

    private readonly Lock _lock = new();
    private readonly Dictionary<Line, Fold> _open = []; // under _lock
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal); // how many of those each exposure has; under _lock

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
    public void PinLocked(EdgeRoute route) =>
        Locked(route, "pin.locked", "The PIN page", "too many wrong PINs came in. A new PIN opens it at once");

    /// <summary>The same of the page that takes codes by mail.</summary>
    public void CodesLocked(EdgeRoute route) =>
        Locked(route, "code.locked", "The code page", "too many wrong codes came in. Who is inside stays inside");

    private void Locked(EdgeRoute route, string action, string page, string why) => write(new()
    {
        At = time.GetUtcNow(),
        ActorId = "visitor",
        ActorName = "Visitors",
        Action = action,
        SessionId = route.Exposure.SessionId,
        SessionName = route.Exposure.SessionName,
        Port = route.Exposure.Port,
        Result = AuditResult.Refused,
        Reason = $"{page} of port {route.Exposure.Port} of {route.Exposure.SessionName} is closed for 15 minutes, because {why}.",
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
                _lines[line.ExposureId]--;
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
        var isCrowd = false;
        lock (_lock)
        {
            var lines = _lines.GetValueOrDefault(route.Exposure.Id);
            if (lines >= MostLines && !_open.ContainsKey(line))
            {
                (isCrowd, from) = (true, "several addresses");
                reason = $"Others than those listed {(result == AuditResult.Refused ? "were refused at" : "came in to")} port {route.Exposure.Port} of {route.Exposure.SessionName}.";
                line = new(route.Exposure.Id, from, null, reason);
            }

            if (_open.TryGetValue(line, out var fold))
            {
                fold.Again++;
                return;
            }

            var entry = new AuditEntry
            {
                At = time.GetUtcNow(),
                ActorId = isCrowd ? "visitor" : visitor.Account?.UserId ?? "visitor",
                ActorName = isCrowd ? "Visitors" : visitor.Account?.Name ?? visitor.Grant?.Email ?? "Visitor",
                From = from,
                Action = action,
                SessionId = route.Exposure.SessionId,
                SessionName = route.Exposure.SessionName,
                Port = route.Exposure.Port,
                Result = result,
                Reason = reason,
            };
            _open[line] = new(entry);
            _lines[route.Exposure.Id] = lines + 1;
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
