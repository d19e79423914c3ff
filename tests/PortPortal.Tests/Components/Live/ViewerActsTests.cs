using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PortPortal.Components.Live;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.AccessRequests;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Revocations;
using PortPortal.Engine.Sessions;
using PortPortal.Engine.ShareLinks;
using PortPortal.Tests.Components.Pages;

namespace PortPortal.Tests.Components.Live;

/// <summary>Whatever a circuit is made to call, a viewer changes nothing: each command looks at the role of that moment.</summary>
public sealed class ViewerActsTests
{
    [Fact]
    public async Task EveryAct_OfAViewer_ChangesNothing()
    {
        // 1. One of everything that can be acted on, and somebody there.
        await using var app = await EchoApp.StartAsync();
        await using var bench = await PageBench.StartAsync();
        var id = (await bench.Api.RegisterSessionAsync("shop")).GetProperty("id").GetString()!;
        var url = (await bench.Api.ExposeAsync("shop", app.Port)).GetProperty("url").GetString()!;
        await bench.Api.ExposeAsync("shop", 4000, "pin");
        await bench.Api.SendAsync(HttpMethod.Post, "/v1/sessions/shop/port-forwards", new { guestPort = 5432 });
        await bench.Api.SendAsync(HttpMethod.Post, $"/v1/sessions/shop/ports/{app.Port}/kept-out", new { address = "192.0.2.9" });
        await bench.Api.SendAsync(HttpMethod.Post, "/v1/allow-lists", new { name = "friends", entries = new[] { new { rule = "*@studio.example" } } });
        var node = (await bench.Api.SendAsync(HttpMethod.Post, "/v1/nodes", new { name = "attic" })).GetProperty("node").GetProperty("id").GetString()!;
        using var visitor = new PortalVisitor(bench.App.Http, new Uri(url));
        using var socket = await visitor.OpenSocketAsync();
        await Eventually.TrueAsync(() => Task.FromResult(!bench.Get<VisitorFeed>().Items.IsEmpty), "the visitor is seen");
        Assert.True(EmailAddress.TryParse("nina@example.com", out var nina));
        var asked = (await bench.Get<AccessRequestService>().AskAsync(bench.Get<ExposureFeed>().Find(id, 4000)!.Id, nina, "Nina", "192.0.2.8", CancellationToken.None)).Value!;

        var provider = new ProviderChange { Issuer = "https://id.example.com", ClientId = "portportal", Scopes = "openid", GroupClaim = "groups", AdminGroups = "" };
        Assert.True((await bench.Get<ProviderService>().SaveAsync(provider, endSignIns: false, Actor.System, CancellationToken.None)).Succeeded);

        // 2. Every act there is, with what would make it work for an admin.
        var (port, admin) = (bench.Get<ExposureFeed>().Find(id, 4000)!, Actor.System);
        var forward = ForwardRow.Of(Assert.Single(bench.Get<PortForwardFeed>().Items.Values), bench.Get<SessionFeed>().Find(id)!);
        var there = VisitorRow.Of(Assert.Single(bench.Get<VisitorFeed>().Items.Values), port.OwnerId);
        var open = bench.Get<ExposureFeed>().Find(id, app.Port)!;
        var kept = KeptOutRow.Of(Assert.Single(bench.Get<KeptOutFeed>().Of(open.Id)), open);
        var links = bench.Get<LinkBoard>().Rows(admin);
        var services = bench.Context.Services;
        var acts = new Dictionary<string, Func<Task>>(StringComparer.Ordinal)
        {
            ["SessionActs.PauseAsync"] = () => services.GetRequiredService<SessionActs>().PauseAsync(id, "shop"),
            ["SessionActs.ResumeAsync"] = () => services.GetRequiredService<SessionActs>().ResumeAsync(id, "shop"),
            ["SessionActs.ExtendAsync"] = () => services.GetRequiredService<SessionActs>().ExtendAsync(id, "shop", TimeProvider.System.GetUtcNow()),
            ["SessionActs.MoveEndAsync"] = () => services.GetRequiredService<SessionActs>().MoveEndAsync(id, "shop", TimeSpan.FromHours(8)),
            ["SessionActs.EndAsync"] = () => services.GetRequiredService<SessionActs>().EndAsync(id, "shop"),
            ["PortActs.ExposeAsync"] = () => services.GetRequiredService<PortActs>().ExposeAsync(id, new() { Port = 4001 }),
            ["PortActs.CloseAsync"] = () => services.GetRequiredService<PortActs>().CloseAsync(id, 4000),
            ["PortActs.ChangeAsync"] = () => services.GetRequiredService<PortActs>().ChangeAsync(id, 4000, new() { Access = "public" }),
            ["PortActs.RotatePinAsync"] = () => services.GetRequiredService<PortActs>().RotatePinAsync(id, 4000),
            ["ForwardActs.OpenAsync"] = () => services.GetRequiredService<ForwardActs>().OpenAsync(id, new() { GuestPort = 5433 }),
            ["ForwardActs.ChangeAsync"] = () => services.GetRequiredService<ForwardActs>().ChangeAsync(id, forward, new() { Label = "Mine", Knock = true }),
            ["ForwardActs.CloseAsync"] = () => services.GetRequiredService<ForwardActs>().CloseAsync(id, forward),
            ["ForwardActs.RepairAsync"] = () => services.GetRequiredService<ForwardActs>().RepairAsync("local"),
            ["NodeActs.InviteAsync"] = () => services.GetRequiredService<NodeActs>().InviteAsync("cellar", null, TimeSpan.FromHours(1)),
            ["NodeActs.DrainAsync"] = () => services.GetRequiredService<NodeActs>().DrainAsync(node, "attic", drain: true),
            ["NodeActs.RemoveAsync"] = () => services.GetRequiredService<NodeActs>().RemoveAsync(node, "attic"),
            ["NodeActs.RenewKeyAsync"] = () => services.GetRequiredService<NodeActs>().RenewKeyAsync(node, "attic"),
            ["NodeActs.RepairAsync"] = () => services.GetRequiredService<NodeActs>().RepairAsync(node, "attic"),
            ["ProviderActs.SaveAsync"] = () => services.GetRequiredService<ProviderActs>().SaveAsync(provider with { AdminGroups = "mine" }, endSignIns: false),
            ["ProviderActs.ClearAsync"] = () => services.GetRequiredService<ProviderActs>().ClearAsync(endSignIns: false),
            ["VisitorActs.DisconnectAsync"] = () => services.GetRequiredService<VisitorActs>().DisconnectAsync(new(there, new(KeepsOut: true, null))),
            ["VisitorActs.DisconnectAllAsync"] = () => services.GetRequiredService<VisitorActs>().DisconnectAllAsync([there]),
            ["VisitorActs.LetBackAsync"] = () => services.GetRequiredService<VisitorActs>().LetBackAsync(kept),
            ["LinkActs.CreateAsync"] = () => services.GetRequiredService<LinkActs>().CreateAsync(id, 4000, new()),
            ["LinkActs.MakeAgainAsync"] = () => services.GetRequiredService<LinkActs>().MakeAgainAsync(links[0]),
            ["LinkActs.ExtendAsync"] = () => services.GetRequiredService<LinkActs>().ExtendAsync(links, TimeSpan.FromHours(1)),
            ["LinkActs.RevokeAsync"] = () => services.GetRequiredService<LinkActs>().RevokeAsync(links),
            ["AllowListActs.AddAsync"] = () => services.GetRequiredService<AllowListActs>().AddAsync("mine", ""),
            ["AllowListActs.ChangeAsync"] = () => services.GetRequiredService<AllowListActs>().ChangeAsync("friends", new() { Entries = [] }, "done"),
            ["AllowListActs.DeleteAsync"] = () => services.GetRequiredService<AllowListActs>().DeleteAsync("friends"),
            ["AccessRequestActs.ApproveAsync"] = () => services.GetRequiredService<AccessRequestActs>().ApproveAsync(asked, null),
            ["AccessRequestActs.RefuseAsync"] = () => services.GetRequiredService<AccessRequestActs>().RefuseAsync(asked),
        };
        Assert.Equal(AllActs(), acts.Keys.Order(StringComparer.Ordinal));

        // 3. As a viewer.
        await bench.ReadAsAsync(Role.Viewer);
        var before = Everything(bench);
        foreach (var (name, act) in acts)
        {
            await act();

            Assert.True(before.SequenceEqual(Everything(bench)), $"{name} changed something for a viewer.");
        }

        Assert.Equal("still here", await EchoAsync(socket, "still here"));

        // 4. The same calls do work: for an admin.
        await bench.ReadAsAsync(Role.Admin);
        await acts["PortActs.CloseAsync"]();
        Assert.False(before.SequenceEqual(Everything(bench)));
    }

    private static IEnumerable<string> AllActs() => typeof(PortActs).Assembly.GetTypes()
        .Where(type => type.Namespace == typeof(PortActs).Namespace && type.Name.EndsWith("Acts", StringComparison.Ordinal))
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(method => $"{type.Name}.{method.Name}"))
        .Order(StringComparer.Ordinal);

    /// <summary>What acts can change; what time and watching change is left out.</summary>
    private static List<object?> Everything(PageBench bench) =>
    [
        bench.Get<ProfileBook>().Policy,
        (bench.Get<IOptionsMonitor<OidcOptions>>().CurrentValue.Authority, bench.Get<IOptionsMonitor<OidcOptions>>().CurrentValue.AdminGroups),
        .. bench.Get<SessionFeed>().Items.Values.OrderBy(session => session.Id, StringComparer.Ordinal).Select(session => (object)(session.Id, session.State, session.ExpiresAt)),
        .. bench.Get<ExposureFeed>().Items.Values.OrderBy(exposure => exposure.Id, StringComparer.Ordinal).Select(exposure => (object)(exposure.Id, exposure.Access, exposure.PinProtected, exposure.State)),
        .. bench.Get<PortForwardFeed>().Items.Values.OrderBy(forward => forward.Id, StringComparer.Ordinal).Select(forward => (object)(forward.Id, forward.Label, forward.Sources, forward.Knock, forward.ExpiresAt)),
        .. bench.Get<NodeFeed>().Items.Values.OrderBy(node => node.Id, StringComparer.Ordinal),
        .. bench.Get<ShareLinkFeed>().Items.Values.OrderBy(link => link.Id, StringComparer.Ordinal),
        .. bench.Get<AllowListFeed>().Items.Values.OrderBy(list => list.Name, StringComparer.Ordinal),
        .. bench.Get<AccessRequestFeed>().Items.Values.OrderBy(request => request.Id, StringComparer.Ordinal),
        .. bench.Get<KeptOutFeed>().Items.Keys.Order(StringComparer.Ordinal),
        .. bench.Get<VisitorFeed>().Items.Keys.Order(StringComparer.Ordinal),
    ];

    private static async Task<string> EchoAsync(System.Net.WebSockets.ClientWebSocket socket, string text)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var buffer = new byte[256];
        await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(text), System.Net.WebSockets.WebSocketMessageType.Text, true, deadline.Token);
        var got = await socket.ReceiveAsync(buffer, deadline.Token);
        return System.Text.Encoding.UTF8.GetString(buffer, 0, got.Count);
    }
}
