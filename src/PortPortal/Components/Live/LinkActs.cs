using PortPortal.Auth;
using PortPortal.Components.Kit;
using PortPortal.Engine.Common;
using PortPortal.Engine.ShareLinks;

namespace PortPortal.Components.Live;

/// <summary>What people do to share links on any page: asks the engine, and says in a toast what came of it.</summary>
internal sealed class LinkActs(ShareLinkService links, CurrentActor who, Toasts toasts)
{
    private static readonly Refusal SignedOut = new(401, RefusalCodes.SignInRequired, "You are signed out. Reload the page to sign in again.");

    public async Task<Outcome<ShareLinkResult>> CreateAsync(string sessionId, int port, ShareLinkRequest request) => await who.FindAsync() is { } actor
        ? await links.CreateAsync(sessionId, port, request, actor, new Faults(), CancellationToken.None)
        : SignedOut;

    /// <summary>A link that has ended, once more: the same settings, and another token.</summary>
    public async Task MakeAgainAsync(LinkRow row)
    {
        var life = Math.Max((long)(row.ExpiresAt - row.CreatedAt).TotalSeconds, (long)ShareLinkRules.ShortestLife.TotalSeconds);
        var request = new ShareLinkRequest { Label = row.Label, Path = row.StartPath, MaxUses = row.MaxUses, Bearer = row.Bearer, TtlSeconds = life };
        var made = await CreateAsync(row.SessionId, row.Port, request);
        if (made.Succeeded)
        {
            toasts.Show(PpState.Live, $"“{row.Title}” is made again", "It is a new link: the old one stays ended.");
        }
        else
        {
            Tell("No link was made", made.Refusals);
        }
    }

    /// <summary>Gives links another end, counted from now.</summary>
    public async Task ExtendAsync(IReadOnlyCollection<LinkRow> rows, TimeSpan life)
    {
        var (done, refused) = await EachAsync(rows, async (row, actor) =>
            (await links.ChangeAsync(row.Id, new ShareLinkChange { TtlSeconds = (long)life.TotalSeconds }, actor, new Faults(), CancellationToken.None)).Refusals);
        if (done > 0)
        {
            toasts.Show(PpState.Live, $"{CountText.Of(done, "link ends", "links end")} in {DurationText.Short(life)}");
        }

        Tell("Some links stay as they are", refused);
    }

    public async Task RevokeAsync(IReadOnlyCollection<LinkRow> rows)
    {
        var (done, refused) = await EachAsync(rows, async (row, actor) => (await links.RevokeAsync(row.Id, actor, CancellationToken.None)).Refusals);
        if (done > 0)
        {
            toasts.Show(PpState.Gone, rows.Count == 1 ? $"“{rows.First().Title}” is revoked" : $"{CountText.Of(done, "link is", "links are")} revoked");
        }

        Tell("Some links were not revoked", refused);
    }

    private async Task<(int Done, IReadOnlyList<Refusal> Refused)> EachAsync(IReadOnlyCollection<LinkRow> rows, Func<LinkRow, Actor, Task<IReadOnlyList<Refusal>>> act)
    {
        if (await who.FindAsync() is not { } actor)
        {
            return (0, [SignedOut]);
        }

        var (done, refused) = (0, new List<Refusal>());
        foreach (var row in rows)
        {
            var refusals = await act(row, actor);
            done += refusals.Count == 0 ? 1 : 0;
            refused.AddRange(refusals);
        }

        return (done, refused);
    }

    private void Tell(string what, IReadOnlyList<Refusal> refusals)
    {
        if (refusals.Count > 0)
        {
            toasts.Show(PpState.Danger, what, string.Join(" ", refusals.Select(refusal => refusal.AsSentence()).Distinct(StringComparer.Ordinal)));
        }
    }
}
