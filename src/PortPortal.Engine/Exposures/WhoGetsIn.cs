using PortPortal.Engine.Access;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Common;
using PortPortal.Engine.Sessions;

namespace PortPortal.Engine.Exposures;

/// <summary>Answers for one address whether it gets in, at a port or by a list, and why.</summary>
internal sealed class WhoGetsIn(SessionService sessions, ExposureFeed exposures, AllowListFeed lists, AccountDirectory accounts, TimeProvider time)
{
    /// <summary>By one list alone.</summary>
    public Outcome<AddressTest> ByList(string address, string list, Actor actor)
    {
        if (actor.Role == Role.Viewer)
        {
            return new Refusal(403, RefusalCodes.NotAllowed, "Viewers do not see who is on a list; ask an admin.");
        }

        return lists.Find(list) is { } found ? AddressTest.Of(address, found.Rules, lists, time.GetUtcNow()) : Refusal.NotFound("list");
    }

    /// <summary>At one open port, for whoever may change it.</summary>
    public Outcome<AddressTest> AtPort(string address, string session, int port, Actor actor)
    {
        var found = sessions.FindToChange(session, actor);
        if (!found.Succeeded)
        {
            return found.Refused<AddressTest>();
        }

        return exposures.Find(found.Value.Id, port) is { } exposure
            ? ByRules(address, exposure.Access.Mode, exposure.Access.AllowedEmails, exposure.Access.AllowedPeople)
            : Refusal.NotFound("exposed port");
    }

    /// <summary>By rules that nobody may have saved yet.</summary>
    public AddressTest ByRules(string address, AccessMode mode, IReadOnlyList<string> emails, IReadOnlyList<string> people)
    {
        var now = time.GetUtcNow();
        switch (mode)
        {
            case AccessMode.Email:
                return AddressTest.Of(address, emails, lists, now);
            case AccessMode.Sso:
                return BySignIn(address, people, now);
            default:
                var how = mode == AccessMode.Pin ? "Anyone who knows the PIN gets in; addresses do not matter." : "Anyone with the URL gets in; addresses do not matter.";
                return new() { Address = address, Admitted = mode == AccessMode.Public, Reason = how, Matches = [] };
        }
    }

    private AddressTest BySignIn(string address, IReadOnlyList<string> people, DateTimeOffset now)
    {
        var test = AddressTest.Of(address, people, lists, now);
        var account = accounts.Now.Users.Values.FirstOrDefault(user => !user.Disabled && EmailAddress.TryParse(user.Email, out var email) && email.ToString() == test.Address);
        if (account is null)
        {
            return test with { Admitted = false, Reason = $"No one with this address has an account here yet. {(people.Count == 0 ? "Whoever signs in gets in." : test.Reason)}" };
        }

        var visitor = new VisitorAccount { UserId = account.Id, SignInId = "", Name = account.Name, VerifiedEmail = account.EmailVerified ? account.Email : null, Groups = [.. account.Groups] };
        var admitted = PeopleRules.Parse([.. people]).WithLists(lists.RulesOf).Admit(visitor, now);
        var reason = (people.Count, test.Admitted == admitted) switch
        {
            (0, _) => $"{account.Name} gets in by signing in.",
            (_, true) => test.Reason,
            _ => admitted ? $"{account.Name} is named, or in a group that is." : $"{account.Name} has not proved this address, so no rule for it counts.",
        };
        return test with { Admitted = admitted, Reason = reason };
    }
}
