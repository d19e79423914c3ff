using PortPortal.Engine.Access;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.AccessRequests;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Revocations;
using PortPortal.Engine.Sessions;
using PortPortal.Engine.ShareLinks;
using PortPortal.Engine.ShareLinks.Previews;
using PortPortal.Sdk;
using ApiKeyInfo = PortPortal.Engine.Accounts.ApiKeyInfo;
using ConnectionInfo = PortPortal.Sdk.ConnectionInfo;
using KeyInfo = PortPortal.Sdk.ApiKeyInfo;

namespace PortPortal.Wire;

/// <summary>The one place where the engine's records become the wire's.</summary>
internal static class ContractMapping
{
    public static SessionInfo ToInfo(this SessionStatus session, IEnumerable<ExposureStatus> exposures) => new()
    {
        Id = session.Id,
        Name = session.Name,
        Kind = Camel(session.Kind),
        State = Camel(session.State),
        Notice = session.Notice,
        Problem = session.Problem,
        ProblemSince = session.ProblemSince,
        Node = session.NodeId,
        Address = session.Address?.ToString(),
        Owner = session.OwnerId,
        CreatedAt = session.CreatedAt,
        ExpiresAt = session.ExpiresAt,
        ExposedPorts = [.. exposures.OrderBy(exposure => exposure.Port).Select(ToInfo)],
    };

    public static ExposedPortInfo ToInfo(this ExposureStatus exposure) => new()
    {
        Port = exposure.Port,
        Url = exposure.Url,
        SessionId = exposure.SessionId,
        Label = exposure.Label,
        Name = exposure.Name,
        Access = Camel(exposure.Access.Mode),
        AllowedEmails = exposure.Access.Mode == AccessMode.Email ? exposure.Access.AllowedEmails : null,
        AllowedPeople = exposure.Access is { Mode: AccessMode.Sso, AllowedPeople.Count: > 0 } ? exposure.Access.AllowedPeople : null,
        State = Camel(exposure.State),
        Problem = exposure.Problem,
        Listening = exposure.Listening,
        PangolinUrl = exposure.PangolinUrl,
        PangolinProblem = exposure.PangolinProblem,
        ExpiresAt = exposure.ExpiresAt,
        Notice = exposure.Notice,
        CloseAfterIdleSeconds = (int?)exposure.CloseAfterIdle?.TotalSeconds,
        IdleEndsAt = exposure.IdleEndsAt,
        Health = exposure.Health?.ToInfo(),
    };

    /// <summary>With PIN and share link, for people who may change the port.</summary>
    public static ExposedPortInfo ToInfo(this ExposureStatus exposure, ExposurePins pins, ShareLinkService links) =>
        exposure.ToInfo() with { Pin = exposure.Access.Mode == AccessMode.Pin ? pins.Reveal(exposure) : null, ShareLink = links.BirthLinkOf(exposure) };

    /// <summary>With URL and token for whoever may change the port, with the token's first characters for others.</summary>
    public static ShareLinkInfo ToInfo(this ShareLinkStatus link, LiveLinks live, ShareLinkService links, Actor actor)
    {
        var token = links.TokenFor(link, actor);
        return new()
        {
            Id = link.Id,
            SessionId = link.SessionId,
            Port = link.Port,
            Url = token is null ? null : links.UrlOf(token),
            Token = token ?? $"{link.TokenStart}…",
            Label = link.Label,
            Path = link.StartPath,
            Bearer = link.Bearer,
            State = live.EndOf(link) switch
            {
                { } end => Camel(end),
                null => link.IsUsedUp ? "usedUp" : "active",
            },
            CreatedBy = link.CreatedBy,
            CreatedAt = link.CreatedAt,
            ExpiresAt = live.ExpiryOf(link),
            Uses = link.Uses,
            MaxUses = link.MaxUses,
            LastUsedAt = link.LastUsedAt,
        };
    }

    public static PreviewLinkInfo ToInfo(this PreviewLinkStatus link) => new()
    {
        Id = link.Id,
        SessionId = link.SessionId,
        Port = link.Port,
        CreatedBy = link.CreatedBy,
        CreatedAt = link.CreatedAt,
        ExpiresAt = link.ExpiresAt,
        RevokedAt = link.RevokedAt,
    };

    public static PreviewTokenInfo ToInfo(this PreviewLinkResult made) => new()
    {
        Url = made.Url,
        Token = made.Token,
        SandboxId = made.Link.SessionId,
        Port = made.Link.Port,
        ExpiresAt = made.Link.ExpiresAt.UtcDateTime,
    };

    /// <summary>What is listening and what is exposed, as one list; ports hidden by policy are left out.</summary>
    public static PortList ToPortList(this SessionStatus session, IEnumerable<ExposureStatus> exposures)
    {
        var open = exposures.ToDictionary(exposure => exposure.Port);
        var seen = (session.Listening ?? []).Where(listener => !listener.Hidden || open.ContainsKey(listener.Port)).ToDictionary(listener => listener.Port);
        return new PortList { Ports = [.. open.Keys.Union(seen.Keys).Order().Select(port => ToPort(port, open.GetValueOrDefault(port), seen.GetValueOrDefault(port)))] };
    }

    public static PortForwardInfo ToInfo(this PortForwardStatus forward) => new()
    {
        Id = forward.Id,
        SessionId = forward.SessionId,
        GuestPort = forward.GuestPort,
        Hostname = forward.Host,
        HostPort = forward.PublicPort,
        Protocol = "tcp",
        Label = forward.Label,
        Sources = forward.Sources,
        Knock = forward.Knock,
        State = Camel(forward.State),
        Reason = forward.Problem,
        Path = forward.Path is { } path ? Camel(path) : null,
        BytesIn = forward.Traffic.BytesIn,
        BytesOut = forward.Traffic.BytesOut,
        Connections = forward.Traffic.Connections,
        CreatedAt = forward.CreatedAt,
        ExpiresAt = forward.ExpiresAt,
    };

    public static NodeInfo ToInfo(this ForwardingStatus node) => new()
    {
        Id = node.NodeId,
        State = "connected",
        Hostname = node.Host,
        Forwarder = node.Forwarder.Name,
        Reason = node.Forwarder.Reason,
        Wanted = node.Wanted,
        Found = node.Found,
        Differences = [.. node.Differences.Select(ToInfo)],
        Fault = node.Fault,
        ComparedAt = node.ComparedAt,
        Mended = node.Mended,
        MendedAt = node.MendedAt,
        LastMended = [.. node.LastMended.Select(ToInfo)],
    };

    public static ConnectionInfo ToInfo(this VisitorStatus visitor) => new()
    {
        Id = visitor.Id,
        SessionId = visitor.SessionId,
        Port = visitor.Port,
        Who = visitor.Who,
        Email = visitor.Email,
        UserId = visitor.UserId,
        CameBy = visitor.CameBy switch
        {
            "SSO" => "sso",
            "E-mail" => "email",
            "PIN" => "pin",
            "Link only" => "link",
            "Preview link" => "preview",
            _ => "public",
        },
        From = visitor.From,
        Agent = visitor.Agent,
        Since = visitor.Since,
        LastSeenAt = visitor.LastSeenAt,
        Open = visitor.Open,
        WebSockets = visitor.WebSockets,
        EventStreams = visitor.EventStreams,
        BytesUp = visitor.BytesUp,
        BytesDown = visitor.BytesDown,
    };

    public static KeptOutInfo ToInfo(this KeptOut person) => new()
    {
        Id = person.Id,
        Name = person.Name,
        Email = person.Email,
        UserId = person.UserId,
        Address = person.Address,
        At = person.At,
        Until = person.Until,
    };

    public static KeyInfo ToInfo(this ApiKeyInfo key) => new()
    {
        Id = key.Id,
        Name = key.Name,
        Role = Camel(key.Role),
        Owner = key.OwnerId,
        CreatedAt = key.CreatedAt,
        ExpiresAt = key.ExpiresAt,
        LastUsedAt = key.LastUsedAt,
    };

    public static AccessRequestInfo ToInfo(this AccessRequestStatus request) => new()
    {
        Id = request.Id,
        SessionId = request.SessionId,
        Port = request.Port,
        Email = request.Email,
        Name = request.Name,
        AskedAt = request.AskedAt,
        State = Camel(request.State),
        DecidedBy = request.DecidedBy,
        Until = request.Until,
    };

    public static AllowListInfo ToInfo(this AllowListStatus list, AllowListUse use) => new()
    {
        Name = list.Name,
        Note = list.Note,
        CreatedAt = list.CreatedAt,
        Entries = [.. list.Entries.Select(entry => new AllowedEntryInfo { Rule = entry.Rule, Until = entry.Until, Note = entry.Note, AddedBy = entry.AddedBy, AddedAt = entry.AddedAt })],
        Ports = use.Of(list.Name).Count(),
    };

    public static AddressTestInfo ToInfo(this AddressTest test) => new()
    {
        Address = test.Address,
        Admitted = test.Admitted,
        Reason = test.Reason,
        Matches = [.. test.Matches.Select(match => new RuleMatchInfo(match.Rule, match.List, match.KeepsOut, match.Until, match.Ended))],
    };

    public static PolicyInfo ToInfo(this PortalPolicy policy) => new()
    {
        WidestAccess = AccessWord.Of(policy.WidestAccess),
        DefaultAccess = AccessWord.Of(policy.DefaultAccess),
        MaxLinkTtlSeconds = (int)policy.MaxLinkLife.TotalSeconds,
        BearerLinks = policy.BearerLinks,
    };

    public static ProfileInfo ToInfo(this Profile profile, ProfileBook book) => new()
    {
        Name = profile.Name,
        Note = profile.Note,
        IsDefault = profile.IsDefault,
        MaxExposedPorts = profile.MaxExposedPorts,
        MaxForwardedPorts = profile.MaxForwardedPorts,
        WidestAccess = AccessWord.Of(profile.WidestAccess),
        WidestAccessInForce = AccessWord.Of(book.Of(profile.Name).WidestAccess),
        OpenPorts = profile.OpenPorts,
        DefaultLinkTtlSeconds = (int)profile.DefaultLinkLife.TotalSeconds,
        MaxLinkTtlSeconds = (int)profile.MaxLinkLife.TotalSeconds,
        BearerLinks = profile.BearerLinks,
        RequestsPerSecond = profile.RequestsPerSecond,
        RequestBurst = profile.RequestBurst,
    };

    public static UserInfo ToInfo(this Account account) => new()
    {
        Id = account.Id,
        Name = account.Name,
        Email = account.Email,
        Role = Camel(account.Role),
        Disabled = account.Disabled,
        Local = account.Local,
        Invited = account.Invited,
        CreatedAt = account.CreatedAt,
        LastSignInAt = account.LastSignInAt,
    };

    public static UserInfo ToInfo(this Invitation invitation) =>
        invitation.Account.ToInfo() with { InvitationUrl = invitation.Link, InvitationExpiresAt = invitation.ExpiresAt };

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
        Result = Camel(entry.Result),
        Reason = entry.Reason,
    };

    public static IReadOnlyList<HealthStepInfo> ToInfo(this ExposureHealth health) =>
        [.. health.Steps.Select(step => new HealthStepInfo { Step = Camel(step.Rung), Passed = step.Passed, Since = step.Since, Reason = step.Reason })];

    public static NodeInfo ToInfo(this NodeStatus node, IEnumerable<PortForwardStatus> forwards)
    {
        var wanted = forwards.Where(forward => forward.IsWanted).ToList();
        return new()
        {
            Id = node.Id,
            State = node.Draining && node.State == NodeState.Connected ? "draining" : Camel(node.State),
            Hostname = node.Host ?? node.Name,
            Forwarder = node.Forwarding ?? "unknown",
            Reason = node.Problem ?? (node.Forwarding is null ? "The machine has not reported yet." : "As the machine reports."),
            Remote = node.ToInfo(),
            Wanted = wanted.Count,
            Found = wanted.Count(forward => forward.State == ExposureState.Active),
            Differences = [],
            Mended = 0,
            LastMended = [],
        };
    }

    private static ForwardDifferenceInfo ToInfo(ForwardDrift drift) => new(Camel(drift.Kind), drift.PublicPort, drift.Wanted, drift.Found);

    private static PortInfo ToPort(int port, ExposureStatus? exposure, ListeningPort? listener) => new()
    {
        Port = port,
        Source = Camel(exposure?.Source ?? ExposureSource.Detected),
        Listening = exposure is null ? listener is { OnlyInside: false } : exposure.Listening,
        Process = listener?.Process,
        Exposed = exposure is not null,
        Url = exposure?.Url,
        Access = exposure is null ? null : Camel(exposure.Access.Mode),
        Label = exposure?.Label ?? listener?.Guess,
        Problem = exposure?.Problem,
    };

    public static RemoteNodeInfo ToInfo(this NodeStatus node) => new()
    {
        Id = node.Id,
        Name = node.Name,
        Host = node.Host,
        State = Camel(node.State),
        StateSince = node.StateSince,
        Draining = node.Draining,
        Way = Camel(node.Way),
        StreamUp = node.StreamUp,
        TunnelUp = node.TunnelUp,
        Problem = node.Problem,
        TunnelAddress = node.TunnelAddress.ToString(),
        TunnelDevice = node.Device,
        LastHandshake = node.LastHandshake,
        BytesReceived = node.BytesReceived,
        BytesSent = node.BytesSent,
        RoundTripMilliseconds = node.RoundTrip?.TotalMilliseconds,
        Forwarding = node.Forwarding,
        Version = node.Version,
        CreatedAt = node.CreatedAt,
        JoinedAt = node.JoinedAt,
        TokenExpiresAt = node.TokenExpiresAt,
    };

    public static string Camel<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
