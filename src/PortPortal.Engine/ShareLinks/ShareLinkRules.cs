using PortPortal.Engine.Access;
using PortPortal.Engine.Common;
using PortPortal.Engine.Profiles;

namespace PortPortal.Engine.ShareLinks;

/// <summary>Reads and judges what a caller asks of a link; adds every fault it finds, and does nothing else.</summary>
internal static class ShareLinkRules
{
    public const int MaxLabelLength = 100;
    public const int MaxPathLength = 1000;
    public static readonly TimeSpan ShortestLife = TimeSpan.FromMinutes(5);
    private const int MostUses = 100_000;

    public static void Check(ShareLinkRequest request, Profile profile, Faults faults)
    {
        CheckLife(request.TtlSeconds, profile, faults);
        CheckRest(request.Label, request.Path, request.MaxUses, faults);
        if (request.Bearer && !MayAdmit(profile))
        {
            faults.Add(new Refusal(403, RefusalCodes.PolicyForbids, $"bearer is not allowed by the profile “{profile.Name}”: links lead to the port's own check.", "bearer"));
        }
    }

    public static void Check(ShareLinkChange change, Profile profile, TimeProvider time, Faults faults)
    {
        CheckLife(change.TtlSeconds, profile, faults);
        CheckRest(change.Label, change.Path, change.MaxUses, faults);
        if (change.ExpiresAt is not { } end)
        {
            return;
        }

        var life = end - time.GetUtcNow();
        if (change.TtlSeconds is not null)
        {
            faults.Add(Refusal.Invalid("expiresAt", "expiresAt and ttlSeconds say the same thing: give one of them."));
        }
        else if (life <= TimeSpan.Zero || life > profile.MaxLinkLife)
        {
            faults.Add(Refusal.Invalid("expiresAt", $"expiresAt is a moment within the next {Words(profile.MaxLinkLife)}, in RFC 3339."));
        }
    }

    /// <summary>A link that admits by itself is as wide as an open port, so both have to be allowed.</summary>
    public static bool MayAdmit(Profile profile) => profile.BearerLinks && profile.WidestAccess == AccessMode.Public;

    private static void CheckLife(long? seconds, Profile profile, Faults faults)
    {
        if (seconds < ShortestLife.TotalSeconds || seconds > profile.MaxLinkLife.TotalSeconds)
        {
            faults.Add(Refusal.Invalid("ttlSeconds", $"ttlSeconds is a whole number from {ShortestLife.TotalSeconds:0} ({Words(ShortestLife)}) to {profile.MaxLinkLife.TotalSeconds:0} ({Words(profile.MaxLinkLife)})."));
        }
    }

    private static void CheckRest(string? label, string? path, int? maxUses, Faults faults)
    {
        if (label is { Length: > MaxLabelLength } || label?.Any(char.IsControl) == true)
        {
            faults.Add(Refusal.Invalid("label", $"label takes at most {MaxLabelLength} characters and no control characters."));
        }

        if (path is not null && !IsPath(path))
        {
            faults.Add(Refusal.Invalid("path", $"path begins with one slash and takes at most {MaxPathLength} characters of plain ASCII, without spaces, # and \\."));
        }

        if (maxUses is < 1 or > MostUses)
        {
            faults.Add(Refusal.Invalid("maxUses", $"maxUses is a whole number from 1 to {MostUses}."));
        }
    }

    /// <remarks>Two slashes would lead to another host.</remarks>
    private static bool IsPath(string path) =>
        path is ['/', ..]
        && !path.StartsWith("//", StringComparison.Ordinal)
        && path.Length <= MaxPathLength
        && !path.AsSpan().ContainsAnyExceptInRange('!', '~')
        && !path.AsSpan().ContainsAny('#', '\\');

    private static string Words(TimeSpan life) => life switch
    {
        { TotalDays: >= 2 } => $"{life.TotalDays:0.#} days",
        { TotalHours: >= 2 } => $"{life.TotalHours:0.#} hours",
        _ => $"{life.TotalMinutes:0.#} minutes",
    };
}
