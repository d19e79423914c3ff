using PortPortal.Engine.Access;
using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Common;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Reads and judges what a caller asks for; adds every fault it finds, and does nothing else.</summary>
internal static class ExposeRules
{
    public const int MaxLabelLength = 100;
    public const int MostRules = 200;
    public static readonly TimeSpan ShortestIdle = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan LongestIdle = TimeSpan.FromDays(30);

    private const int SshPort = 22;
    private const int FirstOpenPort = 1024;
    private const int LastPort = 65535;

    /// <param name="path">What stands before each field's name, such as <c>network.expose[0].</c>.</param>
    public static void Check(ExposeRequest request, ExposeBounds bounds, Actor actor, TimeProvider time, Faults faults, string path = "")
    {
        CheckPort(request.Port, bounds.AllowPorts, actor, faults, path + "port");
        CheckProtocol(request.Protocol, faults, path + "protocol");
        CheckAccess(request.Access, bounds.Limits, faults, path + "access");
        CheckEmails(request.AllowedEmails, bounds.Lists, faults, path + "allowedEmails");
        CheckPeople(request.AllowedPeople, bounds.Lists, faults, path + "allowedPeople");
        CheckLabel(request.Label, faults, path + "label");
        CheckEnd(request.ExpiresAt, time, faults, path + "expiresAt");
        CheckIdle(request.CloseAfterIdle, faults, path + "closeAfterIdleSeconds");
        if (request.Name is { } name && !DnsLabel.IsWellFormed(name))
        {
            faults.Add(Refusal.Invalid(path + "name", $"{path}name {DnsLabel.Rule}.", RefusalCodes.InvalidName));
        }
    }

    public static void Check(ExposureChange change, ExposeBounds bounds, TimeProvider time, Faults faults)
    {
        CheckAccess(change.Access, bounds.Limits, faults, "access");
        CheckEmails(change.AllowedEmails, bounds.Lists, faults, "allowedEmails");
        CheckPeople(change.AllowedPeople, bounds.Lists, faults, "allowedPeople");
        CheckLabel(change.Label, faults, "label");
        CheckEnd(change.ExpiresAt, time, faults, "expiresAt");
        CheckIdle(change.CloseAfterIdle, faults, "closeAfterIdleSeconds");
    }

    /// <summary>A port may be asked for again and again, so this one judges without an exposure in hand.</summary>
    public static void CheckPort(int port, IReadOnlyCollection<int> allowPorts, Actor actor, Faults faults, string field)
    {
        if (port is < 1 or > LastPort)
        {
            faults.Add(Refusal.Invalid(field, $"{field} is invalid: a port is a whole number from 1 to {LastPort}.", RefusalCodes.InvalidPort));
        }
        else if (port == SshPort)
        {
            faults.Add(new Refusal(403, RefusalCodes.SshNotForwarded, $"{field} cannot be 22: use SSH forwarding (ssh -L or -J) instead.", field));
        }
        else if (port < FirstOpenPort && !actor.IsAdmin)
        {
            faults.Add(new Refusal(403, RefusalCodes.AdminOnly, $"{field} {port} is reserved: only admins expose ports below {FirstOpenPort}.", field));
        }
        else if (allowPorts.Count > 0 && !allowPorts.Contains(port))
        {
            faults.Add(new Refusal(403, RefusalCodes.PolicyForbids, $"{field} {port} is blocked by network policy: this session allows {string.Join(", ", allowPorts)}.", field));
        }
    }

    /// <summary>Null where the limits allow the mode.</summary>
    public static Refusal? CheckWidth(AccessMode mode, Profile limits, string field) => mode <= limits.WidestAccess
        ? null
        : new(403, RefusalCodes.PolicyForbids, $"{field} cannot be {AccessWord.Of(mode)}: the widest that this session's profile ({limits.Name}) and the portal's policy allow is {AccessWord.Of(limits.WidestAccess)}.", field);

    /// <summary>The mode asked for; the default where none is. Check first.</summary>
    public static AccessMode ReadAccess(string? access, Profile limits) => AccessWord.Read(access) ?? limits.DefaultAccess;

    public static UpstreamProtocol ReadProtocol(string? protocol) => protocol == "https" ? UpstreamProtocol.Https : UpstreamProtocol.Http;

    private static void CheckProtocol(string? protocol, Faults faults, string field)
    {
        if (protocol is not (null or "http" or "https"))
        {
            faults.Add(Refusal.Invalid(field, $"{field} is http or https.", RefusalCodes.InvalidProtocol));
        }
    }

    private static void CheckAccess(string? access, Profile limits, Faults faults, string field)
    {
        if (access is null)
        {
            return;
        }

        if (AccessWord.Read(access) is not { } mode)
        {
            faults.Add(Refusal.Invalid(field, $"{field} is {AccessWord.Choice}.", RefusalCodes.InvalidAccess));
        }
        else if (CheckWidth(mode, limits, field) is { } refusal)
        {
            faults.Add(refusal);
        }
    }

    private static void CheckEmails(IReadOnlyList<string>? rules, AllowListFeed lists, Faults faults, string field)
    {
        CheckCount(rules, faults, field);
        foreach (var (index, text) in (rules ?? []).Index())
        {
            if (!EmailRule.TryParse(text, out var rule))
            {
                faults.Add(Refusal.Invalid($"{field}[{index}]", $"{field}[{index}] {EmailRule.Grammar}."));
            }
            else if (rule.Kind == EmailRuleKind.List && lists.Find(rule.Value) is null)
            {
                faults.Add(Refusal.Invalid($"{field}[{index}]", $"{field}[{index}] names the list “{rule.Value}”, which does not exist."));
            }
        }
    }

    private static void CheckPeople(IReadOnlyList<string>? rules, AllowListFeed lists, Faults faults, string field)
    {
        CheckCount(rules, faults, field);
        foreach (var (index, text) in (rules ?? []).Index())
        {
            if (!PeopleRules.IsWellFormed(text))
            {
                faults.Add(Refusal.Invalid($"{field}[{index}]", $"{field}[{index}] {PeopleRules.Grammar}."));
            }
            else if (EmailRule.TryParse(text, out var rule) && rule.Kind == EmailRuleKind.List && lists.Find(rule.Value) is null)
            {
                faults.Add(Refusal.Invalid($"{field}[{index}]", $"{field}[{index}] names the list “{rule.Value}”, which does not exist."));
            }
        }
    }

    private static void CheckCount(IReadOnlyList<string>? rules, Faults faults, string field)
    {
        if (rules?.Count > MostRules)
        {
            faults.Add(Refusal.Invalid(field, $"{field} holds at most {MostRules} rules; put more into an allow-list."));
        }
    }

    public static void CheckLabel(string? label, Faults faults, string field)
    {
        if (label is { Length: > MaxLabelLength } || label?.Any(char.IsControl) == true)
        {
            faults.Add(Refusal.Invalid(field, $"{field} takes at most {MaxLabelLength} characters and no control characters."));
        }
    }

    private static void CheckIdle(TimeSpan? idle, Faults faults, string field)
    {
        if (idle < ShortestIdle || idle > LongestIdle)
        {
            faults.Add(Refusal.Invalid(field, $"{field} is a number of seconds from {ShortestIdle.TotalSeconds:0} to {LongestIdle.TotalSeconds:0}."));
        }
    }

    public static void CheckEnd(DateTimeOffset? end, TimeProvider time, Faults faults, string field)
    {
        if (end <= time.GetUtcNow())
        {
            faults.Add(Refusal.Invalid(field, $"{field} lies in the past: give a moment to come, in RFC 3339."));
        }
    }
}

/// <summary>What a session's ports are judged by.</summary>
/// <param name="AllowPorts">The ports of its network policy; empty = every port.</param>
internal sealed record ExposeBounds(IReadOnlyCollection<int> AllowPorts, Profile Limits, AllowListFeed Lists);
