using PortPortal.Engine.Access;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Profiles;

/// <summary>Reads and judges what an admin wants of profiles and policy; adds every fault it finds, and does nothing else.</summary>
internal static class ProfileRules
{
    public const int MaxNoteLength = 200;
    private const int MostPorts = 1000;
    private const double MostRequests = 1_000_000;
    private static readonly TimeSpan ShortestLink = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestLink = TimeSpan.FromDays(365);

    public static Profile Read(ProfileRequest request, Profile before, Faults faults)
    {
        var profile = before with
        {
            Note = request.Note is null ? before.Note : Note(request.Note, faults),
            MaxExposedPorts = Count(request.MaxExposedPorts, before.MaxExposedPorts, MostPorts, faults, "maxExposedPorts"),
            MaxForwardedPorts = Count(request.MaxForwardedPorts, before.MaxForwardedPorts, MostPorts, faults, "maxForwardedPorts"),
            WidestAccess = Mode(request.WidestAccess, before.WidestAccess, faults, "widestAccess"),
            OpenPorts = request.OpenPorts ?? before.OpenPorts,
            DefaultLinkLife = Life(request.DefaultLinkTtlSeconds, before.DefaultLinkLife, faults, "defaultLinkTtlSeconds"),
            MaxLinkLife = Life(request.MaxLinkTtlSeconds, before.MaxLinkLife, faults, "maxLinkTtlSeconds"),
            BearerLinks = request.BearerLinks ?? before.BearerLinks,
            RequestsPerSecond = request.RequestsPerSecond ?? before.RequestsPerSecond,
            RequestBurst = Count(request.RequestBurst, before.RequestBurst, (int)MostRequests, faults, "requestBurst"),
        };
        if (profile.RequestsPerSecond is not (>= 0 and <= MostRequests))
        {
            faults.Add(Refusal.Invalid("requestsPerSecond", $"requestsPerSecond takes a number from 0 (no limit) to {MostRequests:0}."));
        }
        else if (profile is { RequestsPerSecond: > 0, RequestBurst: 0 })
        {
            faults.Add(Refusal.Invalid("requestBurst", "requestBurst is at least 1 where requestsPerSecond sets a limit."));
        }

        if (profile.DefaultLinkLife > profile.MaxLinkLife)
        {
            faults.Add(Refusal.Invalid("defaultLinkTtlSeconds", $"defaultLinkTtlSeconds is at most maxLinkTtlSeconds, {profile.MaxLinkLife.TotalSeconds:0}."));
        }

        return profile;
    }

    /// <summary>The same profile with more ports and forwards, and never with fewer.</summary>
    public static Profile Raise(ProfileRequest request, Profile before, Faults faults) => before with
    {
        MaxExposedPorts = More(request.MaxExposedPorts, before.MaxExposedPorts, before, faults, "maxExposedPorts"),
        MaxForwardedPorts = More(request.MaxForwardedPorts, before.MaxForwardedPorts, before, faults, "maxForwardedPorts"),
    };

    public static PortalPolicy Read(PolicyRequest request, PortalPolicy before, Faults faults)
    {
        var policy = before with
        {
            WidestAccess = Mode(request.WidestAccess, before.WidestAccess, faults, "widestAccess"),
            DefaultAccess = Mode(request.DefaultAccess, before.DefaultAccess, faults, "defaultAccess"),
            MaxLinkLife = Life(request.MaxLinkTtlSeconds, before.MaxLinkLife, faults, "maxLinkTtlSeconds"),
            BearerLinks = request.BearerLinks ?? before.BearerLinks,
        };
        if (policy.DefaultAccess == AccessMode.Public)
        {
            faults.Add(Refusal.Invalid("defaultAccess", "defaultAccess is sso, email or pin: nothing is public unless someone says so.", RefusalCodes.InvalidAccess));
        }

        return policy;
    }

    private static string? Note(string note, Faults faults)
    {
        if (note.Length > MaxNoteLength || note.Any(char.IsControl))
        {
            faults.Add(Refusal.Invalid("note", $"note takes at most {MaxNoteLength} characters and no control characters."));
        }

        return note.Trim() is { Length: > 0 } text ? text : null;
    }

    private static int Count(int? asked, int before, int most, Faults faults, string field)
    {
        if (asked is < 0 || asked > most)
        {
            faults.Add(Refusal.Invalid(field, $"{field} is a whole number from 0 to {most}."));
        }

        return asked ?? before;
    }

    private static int More(int? asked, int before, Profile profile, Faults faults, string field)
    {
        if (asked < before || asked > MostPorts)
        {
            faults.Add(Refusal.Invalid(field, $"{field} is a whole number from {before}, which {profile.Name} gives already, to {MostPorts}."));
        }

        return asked ?? before;
    }

    private static AccessMode Mode(string? asked, AccessMode before, Faults faults, string field)
    {
        if (asked is null)
        {
            return before;
        }

        var mode = AccessWord.Read(asked);
        if (mode is null)
        {
            faults.Add(Refusal.Invalid(field, $"{field} is {AccessWord.Choice}.", RefusalCodes.InvalidAccess));
        }

        return mode ?? before;
    }

    private static TimeSpan Life(int? asked, TimeSpan before, Faults faults, string field)
    {
        if (asked is not { } seconds)
        {
            return before;
        }

        var life = TimeSpan.FromSeconds(seconds);
        if (life < ShortestLink || life > LongestLink)
        {
            faults.Add(Refusal.Invalid(field, $"{field} is a whole number of seconds from {ShortestLink.TotalSeconds:0} to {LongestLink.TotalSeconds:0}."));
        }

        return life;
    }
}
