using Microsoft.AspNetCore.Components;
using PortPortal.Components.Kit;
using PortPortal.Components.Live;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Nodes;
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
    private bool _adding;

    /// <summary>The node whose forwards are shown.</summary>
    [SupplyParameterFromQuery(Name = "node")]
    private string? Open { get; set; }

    [Inject]
    private ForwardingFeed LocalFeed { get; set; } = null!;

    [Inject]
    private NodeFeed NodeFeed { get; set; } = null!;

    [Inject]
    private NodeWants Wants { get; set; } = null!;

    [Inject]
    private NodeLinks Links { get; set; } = null!;

    [Inject]
    private ExposureFeed ExposureFeed { get; set; } = null!;

    [Inject]
    private PortForwardFeed ForwardFeed { get; set; } = null!;

    [Inject]
    private SessionFeed SessionFeed { get; set; } = null!;

    [Inject]
    private VisitorFeed VisitorFeed { get; set; } = null!;

    [Inject]
    private ForwardActs ForwardActs { get; set; } = null!;

    [Inject]
    private NodeActs NodeActs { get; set; } = null!;

    protected override void OnInitialized()
    {
        Watch(LocalFeed);
        Watch(NodeFeed);
        Watch(ExposureFeed);
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

    /// <summary>Without a handshake for so long, WireGuard has no session any more (REJECT_AFTER_TIME).</summary>
    private static readonly TimeSpan SessionEnds = TimeSpan.FromSeconds(180);

    private double Age(DateTimeOffset handshake) => Math.Clamp((Time.GetUtcNow() - handshake) / SessionEnds, 0.02, 1);

    private bool IsOld(DateTimeOffset handshake) => Age(handshake) > 0.85;

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
        var (now, rules) = (Time.GetUtcNow(), new Dictionary<string, IReadOnlyList<NodeRuleRow>>(StringComparer.Ordinal));
        foreach (var local in LocalFeed.Items.Values)
        {
            rules[local.NodeId] = NodeRuleRow.Of(local, forwards[local.NodeId]);
        }

        foreach (var node in NodeFeed.Items.Values)
        {
            rules[node.Id] = NodeRuleRow.Of(node, Wants.Of(node.Id).Ports, Links.ReportsOf(node.Id), ExposureFeed, ForwardFeed);
        }

        _nodes =
        [
            .. LocalFeed.Items.Values.OrderBy(node => node.NodeId, StringComparer.Ordinal).Select(node => NodeRow.Of(node, sessions[node.NodeId].Count(), forwards[node.NodeId])),
            .. NodeFeed.Items.Values.OrderBy(node => node.Name, StringComparer.Ordinal).Select(node => NodeRow.Of(node, sessions[node.Id].Count(), rules[node.Id], now)),
        ];
        _selected = _nodes.FirstOrDefault(node => node.Id == Open || node.Name == Open) ?? (_nodes.Count > 0 ? _nodes[0] : null);
        _rules = _selected is null ? [] : rules[_selected.Id];
        _people = VisitorFeed.Items.Count;
        _running = SessionFeed.Items.Values.Count(session => session.State == SessionState.Running);
    }

    private async Task RepairAsync()
    {
        _repairing = true;
        await (_selected!.Remote is { } remote ? NodeActs.RepairAsync(remote.Id, remote.Name) : ForwardActs.RepairAsync(_selected.Id));
        _repairing = false;
    }
}
