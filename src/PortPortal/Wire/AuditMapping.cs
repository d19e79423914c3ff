using PortPortal.Engine.Audit;
using PortPortal.Sdk;

namespace PortPortal.Wire;

/// <summary>Entries of the audit.</summary>
internal static class AuditMapping
{
    public static AuditEntryInfo ToInfo(this AuditEntry entry) => new()
    {
        Id = entry.Id,
        At = entry.At,
        ActorId = entry.ActorId,
        Actor = entry.ActorName,
        Ip = entry.From,
        Action = entry.Action,
        SessionId = entry.SessionId,
        Session = entry.SessionName,
        Port = entry.Port,
        Result = WireWord.Of(entry.Result),
        Reason = entry.Reason,
    };
}
