using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>An admin adds a machine, sees it arrive, looks at what it forwards, and takes it away again.</summary>
[Collection(PortalCollection.Name)]
public sealed class NodeStory(PortalFixture fixture)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Node_FromTheDialog_ArrivesIsShownAndIsRemoved()
    {
        using var data = new TempDirectory();
        await using var page = await fixture.NewAdminPageAsync();
        await page.OpenAsync("/nodes");

        // 1 the dialog, and the command
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Add a node" }).First.ClickAsync();
        var dialog = page.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("fra-1");
        await dialog.GetByLabel("Public name or address").FillAsync("fra-1.example.com");
        await page.ShootAsync("node-add");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add the node" }).ClickAsync();
        var command = await dialog.Locator("code").InnerTextAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("Waiting for fra-1 to call");
        await page.ShootAsync("node-join");
        await page.HoldsUpAsync();

        // 2 the machine does as it is told
        string[] words = [.. command.Split(' ')[2..], "--data", data.Root, "--Nodes:WireGuard", "Off", "--Forwarding:Driver", "Relay"];
        await using var node = ChildProcess.Start("dotnet", [Repository.Program("PortPortal"), .. words], workingDirectory: Repository.Root);
        await Assertions.Expect(dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("fra-1 is here, through its TLS stream", new() { Timeout = (float)Patience.TotalMilliseconds });
        await page.ShootAsync("node-here");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();

        // 3 what it forwards, in every view
        var api = fixture.Portal.Api;
        await api.RegisterSessionAsync(new { name = "billing-api", address = "127.0.0.1", node = "fra-1" });
        await api.ExposeAsync("billing-api", new { port = fixture.App.Port, access = "public", label = "Web" });
        await api.SendAsync(HttpMethod.Post, "/v1/sessions/billing-api/port-forwards", new { guestPort = fixture.App.Port, label = "Raw" });
        foreach (var view in new[] { View.Desktop, View.Phone })
        {
            await using var look = await fixture.NewAdminPageAsync(view);
            await look.OpenAsync("/nodes?node=fra-1");
            await Assertions.Expect(look.Page.Locator("tr.selected")).ToContainTextAsync("2 of 2 in sync", new() { Timeout = (float)Patience.TotalMilliseconds });
            await look.HoldsUpInBothThemesAsync("nodes-remote", view);
        }

        // 4 away
        await page.OpenAsync("/nodes?node=fra-1");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).ClickAsync();
        var question = page.Page.GetByRole(AriaRole.Alertdialog);
        await Assertions.Expect(question).ToContainTextAsync("1 session ends with it");
        await page.ShootAsync("node-remove");
        await question.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator(".nodes tbody tr")).ToHaveCountAsync(1);
        Assert.Equal("terminated", (await api.SendAsync(HttpMethod.Get, "/v1/sessions?state=terminated")).EnumerateArray().First(session => session.GetProperty("name").GetString() == "billing-api").GetProperty("state").GetString());
        page.LogsNoErrors();
    }
}
