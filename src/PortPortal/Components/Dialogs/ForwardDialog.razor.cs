using System.Globalization;
using Microsoft.AspNetCore.Components;
using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures.PortForwards;

namespace PortPortal.Components.Dialogs;

/// <summary>Opens a TCP forward, or changes what can be changed about one that is open.</summary>
public partial class ForwardDialog
{
    private const int NoEnd = 0;
    private const int SameEnd = -1;
    private static readonly string[] Fields = ["guestPort", "sources", "label", "expiresAt"];

    private readonly string _form = ElementIds.Next("form");
    private IReadOnlyList<Refusal> _refusals = [];
    private IReadOnlyList<PpOption<int>> _ends = [];
    private string _port = "";
    private string _sources = "";
    private string _label = "";
    private bool _knock;
    private int _end; // hours from now, or one of the two words above
    private bool _busy;

    [Parameter, EditorRequired]
    public required string SessionId { get; set; }

    /// <summary>The port to begin with.</summary>
    [Parameter]
    public int? Port { get; set; }

    /// <summary>The forward to change; a new one is opened where it is null.</summary>
    [Parameter]
    public ForwardRow? Forward { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    [Inject]
    private ForwardActs Acts { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private string[] Sources => _sources.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private string? Label => _label.Trim() is { Length: > 0 } label ? label : null;

    private DateTimeOffset? End => _end > 0 ? Time.GetUtcNow().AddHours(_end) : null;

    private bool OtherSources => !Sources.SequenceEqual(Forward!.Sources, StringComparer.Ordinal);

    private bool OtherKnock => _knock != Forward!.Knock;

    protected override void OnInitialized()
    {
        (_port, _end) = (Port?.ToString(CultureInfo.InvariantCulture) ?? "", NoEnd);
        var presets = EndPresets.All.Select(preset => new PpOption<int>((int)preset.In.TotalHours, $"In {preset.Text}"));
        _ends = [new(NoEnd, "No end of its own"), .. presets];
        if (Forward is null)
        {
            return;
        }

        (_sources, _label, _knock) = (string.Join(", ", Forward.Sources), Forward.Label ?? "", Forward.Knock);
        if (Forward.ExpiresAt is { } end)
        {
            (_end, _ends) = (SameEnd, [new(SameEnd, $"As it is: {DurationText.Date(end, Time.GetUtcNow())} UTC"), .. _ends]);
        }
    }

    private async Task SubmitAsync()
    {
        if (_busy)
        {
            return;
        }

        _busy = true;
        _refusals = Forward is null ? await OpenAsync() : await ChangeAsync(Forward);
        _busy = false;
        if (_refusals.Count == 0)
        {
            await OnClose.InvokeAsync();
        }
    }

    private async Task<IReadOnlyList<Refusal>> OpenAsync()
    {
        if (!int.TryParse(_port, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return [Refusal.Invalid("guestPort", "Port is a whole number from 1 to 65535.", RefusalCodes.InvalidPort)];
        }

        return await Acts.OpenAsync(SessionId, new() { GuestPort = port, Label = Label, Sources = Sources, Knock = _knock, ExpiresAt = End });
    }

    /// <summary>Sends what differs only: whoever else changed the rest meanwhile keeps their change.</summary>
    private async Task<IReadOnlyList<Refusal>> ChangeAsync(ForwardRow forward)
    {
        var change = new PortForwardChange
        {
            Label = Label == forward.Label ? null : Label,
            NoLabel = Label is null && forward.Label is not null,
            Sources = OtherSources ? Sources : null,
            Knock = OtherKnock ? _knock : null,
            ExpiresAt = End,
            NoEnd = _end == NoEnd && forward.ExpiresAt is not null,
        };
        return change == new PortForwardChange() ? [] : await Acts.ChangeAsync(SessionId, forward, change);
    }

    private string? FaultOf(string field) => _refusals.FirstOrDefault(refusal => FieldOf(refusal) == field)?.AsSentence();

    private static bool IsOfAField(Refusal refusal) => Fields.Contains(FieldOf(refusal));

    /// <summary>One network of several is told beside all of them.</summary>
    private static string? FieldOf(Refusal refusal) => refusal.Field?.Split('[')[0];
}
