using PortPortal.Engine.Access;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures;

namespace PortPortal.Components.Live;

/// <summary>How many of the people who are there now would be cut off by a change, for people to read before they save it.</summary>
internal sealed class CutForecast(VisitorFeed visitors, ExposureFeed exposures, AllowListFeed lists, AccountDirectory accounts, TimeProvider time)
{
    /// <summary>By another mode or other rules for one port.</summary>
    public int Of(ExposureStatus exposure, AccessMode mode, IReadOnlyList<string> emails, IReadOnlyList<string> people)
    {
        var here = visitors.Of(exposure.Id).ToList();
        if (mode == AccessMode.Public)
        {
            return 0;
        }

        // Another mode asks everyone anew.
        var policy = exposure.Access with { Mode = mode, AllowedEmails = [.. emails], AllowedPeople = [.. people] };
        return mode != exposure.Access.Mode ? here.Count : here.Count(visitor => !Stays(visitor, policy.With(lists.RulesOf)));
    }

    /// <summary>By a list that holds other rules than now.</summary>
    public int Of(string list, IReadOnlyList<string> rules) => exposures.Items.Values
        .Where(exposure => exposure.Access.Lists.Contains(list, StringComparer.Ordinal))
        .Sum(exposure =>
        {
            var policy = exposure.Access.With(name => name == list ? [.. rules] : lists.RulesOf(name));
            return visitors.Of(exposure.Id).Count(visitor => !Stays(visitor, policy));
        });

    /// <summary>By an end of these ports' modes as they are.</summary>
    public int Of(IEnumerable<ExposureStatus> narrowed) => narrowed.Sum(exposure => visitors.Of(exposure.Id).Count());

    private bool Stays(VisitorStatus visitor, AccessPolicy policy)
    {
        var now = time.GetUtcNow();
        // A PIN, or a link that is the key, names nobody whom a rule could cover.
        if (policy.Mode is AccessMode.Public or AccessMode.Pin || visitor is { UserId: null, Who: null } || (visitor.UserId is { } id && id == policy.OwnerId))
        {
            return true;
        }

        var account = visitor.UserId is { } user ? accounts.FindAccount(user) : null;
        var email = account is null ? visitor.Who : account.EmailVerified ? account.Email : null;
        return policy.Mode == AccessMode.Email
            ? policy.Emails.Admits(email, now)
            : account is not null && policy.People.Admit(new() { UserId = account.Id, SignInId = "", Name = account.Name, VerifiedEmail = email, Groups = [.. account.Groups] }, now);
    }
}
