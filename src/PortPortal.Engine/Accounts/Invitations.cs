using PortPortal.Engine.Common;
using PortPortal.Engine.Mail;

namespace PortPortal.Engine.Accounts;

/// <summary>Asks people in by a link: an admin hands it over, and it goes out by mail as well where a server is configured.</summary>
internal sealed class Invitations(UserService users, MailQueue mail)
{
    /// <summary>False: the link reaches nobody unless it is handed over.</summary>
    public bool GoOutByMail => mail.Sends;

    public async Task<Outcome<Invitation>> InviteAsync(InvitationRequest request, Actor actor, Faults faults, CancellationToken cancellationToken)
    {
        var invited = await users.InviteAsync(request, actor, faults, cancellationToken);
        Send(invited.Value, "You are invited to PortPortal", $"{actor.Name} invited you to PortPortal. Choose a passphrase here, and you are in:");
        return invited;
    }

    /// <summary>A new link for an account that has one already, or whose owner forgot the passphrase.</summary>
    public async Task<Outcome<Invitation>> InviteAgainAsync(string userId, Actor actor, CancellationToken cancellationToken)
    {
        var invited = await users.MakeLinkAsync(userId, actor, cancellationToken);
        Send(invited.Value, "Your passphrase for PortPortal", $"{actor.Name} made you a link by which you set a new passphrase for PortPortal:");
        return invited;
    }

    /// <remarks>Not into the outbox where nothing goes out: the admin has the link on the screen already.</remarks>
    private void Send(Invitation? invitation, string subject, string words)
    {
        if (mail.Sends && invitation is not null && EmailAddress.TryParse(invitation.Account.Email, out var to))
        {
            mail.Send(to, subject, $"{words}\n\n{invitation.Link}\n\nIt works once, until {invitation.ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC.\n");
        }
    }
}
