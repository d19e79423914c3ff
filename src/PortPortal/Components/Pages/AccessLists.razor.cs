using Microsoft.AspNetCore.Components;
using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures;

namespace PortPortal.Components.Pages;

/// <summary>The named lists: their rules, who uses them, who would get in, and who changed what.</summary>
public partial class AccessLists
{
    private const int Few = 8;
    private IReadOnlyList<AuditEntry> _history = [];
    private string? _historyOf;
    private bool _naming;
    private bool _deleting;
    private bool _all;

    /// <summary>The name of the list that is shown; the first one where it is left out.</summary>
    [SupplyParameterFromQuery(Name = "list")]
    private string? Chosen { get; set; }

    [Inject]
    private AllowListFeed Lists { get; set; } = null!;

    [Inject]
    private AllowListUse Use { get; set; } = null!;

    [Inject]
    private AllowListService Service { get; set; } = null!;

    [Inject]
    private AllowListActs Acts { get; set; } = null!;

    [Inject]
    private ExposureFeed Exposures { get; set; } = null!;

    [Inject]
    private VisitorFeed Visitors { get; set; } = null!;

    [Inject]
    private SessionBoard Board { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private AllowListStatus? Shown => (Chosen is null ? null : Lists.Find(Chosen)) ?? Lists.Items.Values.MinBy(list => list.Name, StringComparer.Ordinal);

    private List<ExposureStatus> Ports => Shown is { } list ? [.. Use.Of(list.Name)] : [];

    protected override void OnInitialized()
    {
        Watch(Lists);
        Watch(Exposures);
        Watch(Visitors);
    }

    protected override async Task OnParametersSetAsync()
    {
        await base.OnParametersSetAsync();
        if (Shown?.Name != _historyOf)
        {
            _all = false;
            await ReadHistoryAsync();
        }
    }

    private string UseOf(AllowListStatus list) => Use.Of(list.Name).Count() is > 0 and var ports ? CountText.Of(ports, "port", "ports") : "not used";

    private async Task ReadHistoryAsync()
    {
        _historyOf = Shown?.Name;
        _history = _historyOf is { } name ? await Service.HistoryAsync(name, CancellationToken.None) : [];
    }

    private async Task DeleteAsync()
    {
        _deleting = false;
        if (Shown is { } list && await Acts.DeleteAsync(list.Name))
        {
            Navigation.NavigateTo("/access");
        }
    }
}
