using Microsoft.AspNetCore.Components;
using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Sessions;

namespace PortPortal.Components.Pages;

/// <summary>The machines that forward: which driver is in force and why, and what is wanted there against what was found.</summary>
public partial class Nodes
{
    private IReadOnlyList<NodeRow> _nodes = [];
    private IReadOnlyList<NodeRuleRow> _rules = [];
    private NodeRow? _selected;
    private int _people;
    private int _running;
    private bool _repairing;

    /// <summary>The node whose forwards are shown.</summary>
    [SupplyParameterFromQuery(Name = "node")]
    private string? Open { get; set; }

    [Inject]
    private ForwardingFeed NodeFeed { get; set; } = null!;

    [Inject]
    private PortForwardFeed ForwardFeed { get; set; } = null!;

    [Inject]
    private SessionFeed SessionFeed { get; set; } = null!;

    [Inject]
    private VisitorFeed VisitorFeed { get; set; } = null!;

    [Inject]
    private PublicAddress Address { get; set; } = null!;

    [Inject]
    private ForwardActs Acts { get; set; } = null!;

    private string PathWord => _nodes.Count(node => node.IsOff) is > 0 and var off ? $"{off} to repair" : "in sync";

    protected override void OnInitialized()
    {
        Watch(NodeFeed);
        Watch(ForwardFeed);
        Watch(SessionFeed);
        Watch(VisitorFeed);
    }

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

    private static string Words(ForwardDrift drift) => char.ToUpperInvariant(drift.InWords()[0]) + drift.InWords()[1..];

    private void Read()
    {
        if (Reader is not { IsAdmin: true })
        {
            (_nodes, _rules, _selected) = ([], [], null);
            return;
        }

        var forwards = ForwardFeed.Items.Values.ToLookup(forward => forward.NodeId, StringComparer.Ordinal);
        var sessions = SessionFeed.Items.Values.Where(session => session.EndedAt is null).ToLookup(session => session.NodeId, StringComparer.Ordinal);
        _nodes = [.. NodeFeed.Items.Values.OrderBy(node => node.NodeId, StringComparer.Ordinal).Select(node => NodeRow.Of(node, sessions[node.NodeId].Count(), forwards[node.NodeId]))];
        _selected = _nodes.FirstOrDefault(node => node.Id == Open) ?? (_nodes.Count > 0 ? _nodes[0] : null);
        _rules = _selected is null ? [] : NodeRuleRow.Of(NodeFeed.Find(_selected.Id)!, forwards[_selected.Id]);
        _people = VisitorFeed.Items.Count;
        _running = SessionFeed.Items.Values.Count(session => session.State == SessionState.Running);
    }

    private async Task RepairAsync()
    {
        _repairing = true;
        await Acts.RepairAsync(_selected!.Id);
        _repairing = false;
    }
}
