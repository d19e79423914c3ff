using PortPortal.Engine.Common;

namespace PortPortal.Engine.Access;

/// <summary>Who may open one exposure, as it stands at one version.</summary>
public sealed record AccessPolicy
{
    public required string ExposureId { get; init; }

    public required AccessMode Mode { get; init; }

    /// <summary>Grows with every change of the policy.</summary>
    public required int Version { get; init; }

    /// <summary>Grants of earlier versions are worth nothing; one that is left out is the version itself, so that any change ends them all.</summary>
    public int GrantsSince { get => field == 0 ? Version : field; init; }

    /// <summary>The owner always passes a sign-in.</summary>
    public required string OwnerId { get; init; }

    /// <summary>E-mail rules as written; used by <see cref="AccessMode.Email"/>.</summary>
    public ValueList<string> AllowedEmails
    {
        get;
        init
        {
            field = value;
            Emails = WrittenEmails = EmailRules.Parse(value);
        }
    } = [];

    /// <summary>The same rules, read, and after <see cref="With"/> with the lists they name.</summary>
    public EmailRules Emails { get; private init; } = EmailRules.None;

    /// <summary>Rules for people who sign in, as written; used by <see cref="AccessMode.Sso"/>, where none means everyone.</summary>
    public ValueList<string> AllowedPeople
    {
        get;
        init
        {
            field = value;
            People = WrittenPeople = PeopleRules.Parse(value);
        }
    } = [];

    /// <summary>The same rules, read, and after <see cref="With"/> with the lists they name.</summary>
    public PeopleRules People { get; private init; } = PeopleRules.Everyone;

    /// <summary>The lists that the rules name.</summary>
    public IEnumerable<string> Lists => WrittenEmails.Lists.Concat(WrittenPeople.Emails.Lists).Distinct(StringComparer.Ordinal);

    private EmailRules WrittenEmails { get; init; } = EmailRules.None;

    private PeopleRules WrittenPeople { get; init; } = PeopleRules.Everyone;

    /// <summary>The policy with what the named lists hold at this moment.</summary>
    /// <param name="rulesOf">The rules of a list; null where there is none.</param>
    public AccessPolicy With(Func<string, ValueList<string>?> rulesOf) => this with { Emails = WrittenEmails.WithLists(rulesOf), People = WrittenPeople.WithLists(rulesOf) };
}
