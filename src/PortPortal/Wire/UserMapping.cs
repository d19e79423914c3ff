using PortPortal.Engine.Accounts;
using PortPortal.Sdk;

namespace PortPortal.Wire;

/// <summary>People.</summary>
internal static class UserMapping
{
    public static UserInfo ToInfo(this Account account) => new()
    {
        Id = account.Id,
        Name = account.Name,
        Email = account.Email,
        Role = WireWord.Of(account.Role),
        Disabled = account.Disabled,
        Local = account.Local,
        Invited = account.Invited,
        CreatedAt = account.CreatedAt,
        LastSignInAt = account.LastSignInAt,
    };

    public static UserInfo ToInfo(this Invitation invitation) =>
        invitation.Account.ToInfo() with { InvitationUrl = invitation.Link, InvitationExpiresAt = invitation.ExpiresAt };
}
