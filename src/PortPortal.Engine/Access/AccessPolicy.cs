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
            Emails = EmailRules.Parse(value);
        }
    } = [];

    /// <summary>The same rules, read.</summary>
    public EmailRules Emails { get; private init; } = EmailRules.None;
}
