using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using PortPortal.Auth.OpenIdConnect;
using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;
using PortPortal.Engine.Tunnels.Pangolin;

namespace PortPortal.Components.Controls;

/// <summary>The identity provider in force, or another one that is typed and looked at before it is saved.</summary>
public sealed partial class ProviderForm
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly string?[] Fields = ["issuer", "clientId", "clientSecret", "scopes", "groupClaim", "adminGroups"];

    private CancellationTokenSource _look = new();
    private IReadOnlyList<ProviderCheck> _checks = [];
    private IReadOnlyList<Refusal> _refusals = [];
    private IReadOnlySet<string> _fixed = new HashSet<string>(StringComparer.Ordinal);
    private ProviderMode _mode;
    private string _issuer = "";
    private string _clientId = "";
    private string _secret = ""; // typed now; the one that is kept never comes here
    private bool _secretShown;
    private bool _forgetSecret;
    private bool _endSignIns;
    private string _scopes = "";
    private string _groupClaim = "";
    private string _groups = "";
    private bool _looking;
    private bool _brief;

    /// <summary>Of the part with the fields.</summary>
    [Parameter]
    public string? Class { get; set; }

    /// <summary>Inputs as tall as those of the first run.</summary>
    [Parameter]
    public bool Large { get; set; }

    /// <summary>Of a provider in force: what people change, and the rest behind “More”.</summary>
    [Parameter]
    public bool Brief { get; set; }

    /// <summary>Told whenever it changes.</summary>
    [Parameter]
    public EventCallback<ProviderStanding> OnStanding { get; set; }

    [Inject]
    private IOptionsMonitor<OidcOptions> Options { get; set; } = null!;

    [Inject]
    private IOptions<PangolinOptions> Pangolin { get; set; } = null!;

    [Inject]
    private ProviderChecks Checks { get; set; } = null!;

    [Inject]
    private ProviderService Service { get; set; } = null!;

    [Inject]
    private ProviderActs Acts { get; set; } = null!;

    private OidcOptions InForce => Options.CurrentValue;

    private string PangolinHost => Uri.TryCreate(Pangolin.Value.ApiUrl, UriKind.Absolute, out var api) ? api.Host : "Pangolin";

    private bool IsSetElsewhere => InForce.IsConfigured && _fixed.Overlaps(["issuer", "clientId"]);

    private IReadOnlyList<PpOption<ProviderMode>> Modes =>
    [
        new(ProviderMode.OpenIdConnect, "OpenID Connect") { Title = "Issuer and client" },
        new(ProviderMode.Pangolin, "Through Pangolin")
        {
            Title = Pangolin.Value.IsUsable ? "Uses its login" : Pangolin.Value.IsUnwanted ? "PANGOLIN_… not set" : "Its settings have a fault",
            Disabled = !Pangolin.Value.IsUsable || IsSetElsewhere,
        },
        new(ProviderMode.None, "No SSO") { Title = IsSetElsewhere ? "Configuration sets a provider" : "Local accounts only", Disabled = IsSetElsewhere },
    ];

    /// <summary>There is a secret for the issuer that is typed, and saving keeps it.</summary>
    private bool KeepsSecret => InForce.ClientSecret.Length > 0 && !_forgetSecret && _issuer.Trim() == InForce.Authority;

    private string SecretPlaceholder => KeepsSecret ? "•••••••• (kept)" : "none, a public client";

    /// <summary>What is in force works, so nobody needs to read why.</summary>
    private bool IsQuiet => _brief && Standing == ProviderStanding.InForce && _checks.All(check => check.Verdict == ProviderVerdict.Good);

    private ProviderChange Typed => new()
    {
        Issuer = _issuer.Trim(),
        ClientId = _clientId.Trim(),
        ClientSecret = _secret.Length > 0 ? _secret : KeepsSecret ? null : "",
        Scopes = _scopes.Trim(),
        GroupClaim = _groupClaim.Trim(),
        AdminGroups = _groups.Trim(),
    };

    private bool IsOther => _mode != ProviderMode.OpenIdConnect
        ? InForce.IsConfigured
        : (_issuer.Trim(), _clientId.Trim(), _scopes.Trim(), _groupClaim.Trim(), _groups.Trim()) != (InForce.Authority, InForce.ClientId, InForce.Scopes, InForce.GroupClaim, InForce.AdminGroups)
            || _secret.Length > 0 || (_forgetSecret && InForce.ClientSecret.Length > 0);

    private ProviderStanding Standing => (IsOther, InForce.IsConfigured) switch
    {
        (true, false) when _issuer.Length == 0 && _clientId.Length == 0 => ProviderStanding.None,
        (true, _) => ProviderStanding.Unsaved,
        (_, false) when _mode != ProviderMode.OpenIdConnect => ProviderStanding.Without,
        (_, false) => ProviderStanding.None,
        _ => _checks.Any(check => check.Verdict == ProviderVerdict.Bad) ? ProviderStanding.Faulty : ProviderStanding.InForce,
    };

    /// <summary>What saving does to people.</summary>
    private string? Effect => !InForce.IsConfigured ? null
        : _mode != ProviderMode.OpenIdConnect ? $"Saving takes {InForce.ProviderName} off the sign-in page: whoever has no local account cannot sign in again."
        : _issuer.Trim() != InForce.Authority ? $"Saving sends people to another provider than {InForce.ProviderName}, and everyone who comes by it gets a new account."
        : null;

    /// <summary>Saves what is typed.</summary>
    /// <returns>False where something is in the way; the form says what.</returns>
    public async Task<bool> SaveAsync()
    {
        var endSignIns = _endSignIns && Effect is not null;
        _refusals = _mode == ProviderMode.OpenIdConnect ? await Acts.SaveAsync(Typed, endSignIns) : await Acts.ClearAsync(endSignIns);
        if (_refusals.Count > 0)
        {
            StateHasChanged();
            return false;
        }

        await ReadAsync(_mode);
        return true;
    }

    /// <summary>Back to what is in force.</summary>
    public Task DiscardAsync() => ReadAsync(null);

    public void Dispose()
    {
        _look.Cancel();
        _look.Dispose();
    }

    protected override Task OnInitializedAsync() => ReadAsync(null, look: false);

    protected override Task OnAfterRenderAsync(bool firstRender) => firstRender && InForce.IsConfigured ? LookAsync(at: TimeSpan.Zero) : Task.CompletedTask;

    private static string Css(ProviderVerdict verdict) => verdict switch
    {
        ProviderVerdict.Good => "good",
        ProviderVerdict.Doubtful => "doubtful",
        _ => "bad",
    };

    private async Task ReadAsync(ProviderMode? mode, bool look = true)
    {
        var oidc = InForce;
        (_issuer, _clientId, _scopes, _groupClaim, _groups) = (oidc.Authority, oidc.ClientId, oidc.Scopes, oidc.GroupClaim, oidc.AdminGroups);
        (_secret, _secretShown, _forgetSecret, _endSignIns, _refusals) = ("", false, false, false, []);
        _fixed = Service.Fixed;
        _brief = Brief && oidc.IsConfigured;
        _mode = mode ?? (!oidc.IsConfigured && Pangolin.Value.IsUsable ? ProviderMode.Pangolin : ProviderMode.OpenIdConnect);
        await OnStanding.InvokeAsync(Standing);
        if (look)
        {
            await LookAsync(at: TimeSpan.Zero);
        }
    }

    private async Task ChooseAsync(ProviderMode mode)
    {
        (_mode, _refusals) = (mode, []);
        await OnStanding.InvokeAsync(Standing);
    }

    private async Task TypeAsync(Action type)
    {
        type();
        _refusals = [];
        await OnStanding.InvokeAsync(Standing);
        await LookAsync(Pause);
    }

    /// <summary>Waits until the typing rests; the last one typed wins.</summary>
    private async Task LookAsync(TimeSpan at)
    {
        await _look.CancelAsync();
        _look.Dispose();
        _look = new();
        var (mine, typed) = (_look.Token, Typed);
        if (typed.Issuer.Length == 0)
        {
            (_checks, _looking) = ([], false);
            return;
        }

        try
        {
            await Task.Delay(at, mine);
            _looking = true;
            StateHasChanged();
            var checks = await Checks.RunAsync(typed, mine);
            (_checks, _looking) = (checks, false);
            StateHasChanged();
            await OnStanding.InvokeAsync(Standing);
        }
        catch (OperationCanceledException)
        {
            // Somebody types on, or the page is gone.
        }
    }

    private bool IsFixed(string field) => _fixed.Contains(field);

    private string? FixedHelp(string field) => IsFixed(field) ? "Set by configuration." : null;

    private string? FaultOf(string field) => _refusals.FirstOrDefault(refusal => refusal.Field == field)?.AsSentence();
}
