using Microsoft.AspNetCore.Components;
using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Common;

namespace PortPortal.Components.Controls;

public partial class AllowListPanel
{
    private IReadOnlyList<Refusal> _refusals = [];
    private string _typed = "";
    private string? _leaving;
    private AllowedEntry? _editing;
    private bool _busy;

    [Parameter, EditorRequired]
    public required AllowListStatus List { get; set; }

    /// <summary>Newest first.</summary>
    [Parameter]
    public IReadOnlyList<AuditEntry> History { get; set; } = [];

    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Parameter]
    public EventCallback OnDelete { get; set; }

    [Inject]
    private AllowListActs Acts { get; set; } = null!;

    [Inject]
    private CutForecast Forecast { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    /// <summary>What is typed and can be added.</summary>
    private List<RuleRow> New =>
    [
        .. RuleRow.Split(_typed).Select(text => RuleRow.Of(text)).OfType<RuleRow>()
            .Where(row => row.Covers != "A list" && List.Entries.All(entry => entry.Rule != row.Pattern))
            .DistinctBy(row => row.Pattern, StringComparer.Ordinal),
    ];

    private List<string> Wrong => [.. RuleRow.Split(_typed).Where(text => RuleRow.Of(text) is not { } row || row.Covers == "A list" || List.Entries.Any(entry => entry.Rule == row.Pattern))];

    private static string Words(RuleRow row) => row switch
    {
        { Css: "danger" } => "keeps them out.",
        { Css: "warn" } => "adds everyone: anyone can make an address there.",
        { Covers: "One person" } => "adds one person.",
        { Covers: "Its sub-domains" } => "adds its sub-domains.",
        _ => "adds a whole domain.",
    };

    private string Why(string text) => text switch
    {
        _ when RuleRow.Of(text) is { } row && List.Entries.Any(entry => entry.Rule == row.Pattern) => "is there already.",
        [.., '@'] => "needs a domain.",
        _ when !text.Contains('@', StringComparison.Ordinal) => "is no address.",
        _ when text.Contains('*', StringComparison.Ordinal) => "is no pattern: * stands for the whole name before the @, or for sub-domains.",
        _ => "is no address.",
    };

    private string Said(AuditEntry entry)
    {
        var said = entry.Reason.Replace($"The list “{List.Name}” ", "", StringComparison.Ordinal);
        return char.ToUpperInvariant(said[0]) + said[1..];
    }

    private int Cut(AllowedEntry entry) => Forecast.Of(List.Name, [.. List.Entries.Where(other => other.Rule != entry.Rule).Select(other => other.Text)]);

    private async Task AddAsync()
    {
        var rows = New;
        if (rows.Count == 0)
        {
            return;
        }

        if (await ChangeAsync([.. Kept(null), .. rows.Select(row => new AllowedEntryRequest(row.Pattern, row.Until))], $"{CountText.Of(rows.Count, "rule", "rules")} added"))
        {
            _typed = string.Join(", ", Wrong.Where(text => RuleRow.Of(text) is null));
        }
    }

    /// <summary>Asks where that cuts people off, and only there.</summary>
    private async Task AskAsync(AllowedEntry entry)
    {
        if (Cut(entry) > 0)
        {
            _leaving = entry.Rule;
        }
        else
        {
            await RemoveAsync(entry);
        }
    }

    private async Task RemoveAsync(AllowedEntry entry)
    {
        _leaving = null;
        await ChangeAsync(Kept(entry), $"{entry.Rule} is removed");
    }

    private async Task<IReadOnlyList<Refusal>> SaveAsync(AllowedEntry entry, AllowedEntryRequest request)
    {
        await ChangeAsync([.. List.Entries.Select(other => other.Rule == entry.Rule ? request : Same(other))], $"{entry.Rule} is changed");
        return _refusals;
    }

    private List<AllowedEntryRequest> Kept(AllowedEntry? gone) => [.. List.Entries.Where(entry => entry.Rule != gone?.Rule).Select(Same)];

    private static AllowedEntryRequest Same(AllowedEntry entry) => new(entry.Rule, entry.Until, entry.Note);

    private async Task<bool> ChangeAsync(IReadOnlyList<AllowedEntryRequest> entries, string said)
    {
        _busy = true;
        _refusals = await Acts.ChangeAsync(List.Name, new() { Entries = entries }, said);
        _busy = false;
        await OnChanged.InvokeAsync();
        return _refusals.Count == 0;
    }
}
