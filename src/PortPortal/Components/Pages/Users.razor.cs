using Microsoft.AspNetCore.Components;
using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Components.Pages;

/// <summary>Who may sign in, and with which rights.</summary>
public partial class Users
{
    private IReadOnlyList<Account> _people = [];
    private Invitation? _invitation;
    private Asked? _asking;
    private bool _inviting;

    [Inject]
    private UserService UserService { get; set; } = null!;

    [Inject]
    private Invitations Invitations { get; set; } = null!;

    [Inject]
    private AccountDirectory Directory { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    protected override void OnInitialized() => Watch(Directory);

    protected override async Task OnParametersSetAsync()
    {
        await base.OnParametersSetAsync();
        Read();
    }

    protected override void OnLive()
    {
        Read();
        base.OnLive();
    }

    private static PpState StateOf(Account person) => person switch
    {
        { Disabled: true } => PpState.Gone,
        { Invited: true } => PpState.Waiting,
        _ => PpState.Live,
    };

    private static string WordOf(Account person) => person switch
    {
        { Disabled: true } => "Disabled",
        { Invited: true } => "Invited",
        _ => "Active",
    };

    private void Read() => _people = Reader is null ? [] : UserService.List(Reader);

    private int KeysOf(Account person) => Directory.Now.Keys.Values.Count(key => key.OwnerId == person.Id && !(key.ExpiresAt <= Time.GetUtcNow()));

    private string KeysEnd(Account person) => KeysOf(person) is > 0 and var keys ? $", and {CountText.Of(keys, "API key stops", "API keys stop")}" : "";

    private void Show(Invitation invitation) => (_invitation, _inviting) = (invitation, false);

    private async Task ChangeRoleAsync(Account person, Role role)
    {
        var before = person.Role;
        await ChangeAsync(person, new(Role: role), $"{person.Name} is {(role == Role.Admin ? "an" : "a")} {role.ToString().ToLowerInvariant()} now", () => ChangeAsync(person, new(Role: before), $"{person.Name} is as before"));
    }

    private Task EnableAsync(Account person) => ChangeAsync(person, new(Disabled: false), $"{person.Name} may sign in again");

    private Task DisableAsync(Account person)
    {
        _asking = null;
        return ChangeAsync(person, new(Disabled: true), $"{person.Name} is disabled");
    }

    private async Task ChangeAsync(Account person, UserChange change, string done, Func<Task>? undo = null)
    {
        if (await Who.FindAsync() is not { } actor)
        {
            return;
        }

        var changed = await UserService.ChangeAsync(person.Id, change, actor, [], CancellationToken.None);
        Tell(changed.Refusals, done, undo);
    }

    private async Task RemoveAsync(Account person)
    {
        _asking = null;
        if (await Who.FindAsync() is { } actor)
        {
            var removed = await UserService.RemoveAsync(person.Id, actor, CancellationToken.None);
            Tell(removed.Refusals, $"{person.Name} is removed", undo: null);
        }
    }

    private async Task MakeLinkAsync(Account person)
    {
        if (await Who.FindAsync() is { } actor)
        {
            var made = await Invitations.InviteAgainAsync(person.Id, actor, CancellationToken.None);
            _invitation = made.Value;
            if (!made.Succeeded)
            {
                Tell(made.Refusals, "", undo: null);
            }
        }
    }

    private void Tell(IReadOnlyList<Refusal> refusals, string done, Func<Task>? undo)
    {
        if (refusals.Count > 0)
        {
            Toasts.Show(PpState.Danger, "Nothing was changed", string.Join(" ", refusals.Select(refusal => refusal.AsSentence())));
            Read();
        }
        else
        {
            Toasts.Show(new(PpState.Live, done) { Action = undo is null ? null : "Undo", OnAction = undo });
        }
    }

    private sealed record Asked(string Id, bool Remove);
}
