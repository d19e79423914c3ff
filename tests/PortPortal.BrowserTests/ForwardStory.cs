using System.Net.Sockets;
using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>An admin finds a forward that is open to the world, and narrows it by keyboard; the screen says who is cut before it happens.</summary>
[Collection(PortalCollection.Name)]
public sealed class ForwardStory(PortalFixture fixture)
{
    [Fact]
    public async Task Story_AnOpenForward_IsNarrowedByKeyboard_AndWhoIsInsideIsCut()
    {
        var api = fixture.Portal.Api;
        await api.RegisterSessionAsync("ledger");
        var opened = await api.SendAsync(HttpMethod.Post, "/v1/sessions/ledger/port-forwards", new { guestPort = fixture.App.Port, label = "Ledger" });
        using var client = new TcpClient();
        await client.ConnectAsync("localhost", opened.GetProperty("hostPort").GetInt32());
        await using var page = await fixture.NewAdminPageAsync();
        var screen = page.Page;
        await page.OpenAsync("/sessions/ledger");

        // 1 a row's actions are one stop: arrows lead around among them, Tab leaves
        var actions = screen.Locator(".forward pp-toolbar[role=toolbar]");
        var (change, close) = (actions.GetByRole(AriaRole.Button, new() { Name = "Change" }), actions.GetByRole(AriaRole.Button, new() { Name = "Close" }));
        await change.FocusAsync();
        await screen.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(close).ToBeFocusedAsync();
        await screen.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(change).ToBeFocusedAsync();
        await screen.Keyboard.PressAsync("End");
        await Assertions.Expect(close).ToBeFocusedAsync();
        await screen.Keyboard.PressAsync("Shift+Tab");
        Assert.False(await actions.EvaluateAsync<bool>("toolbar => toolbar.contains(document.activeElement)"));
        await screen.Keyboard.PressAsync("Tab");
        await Assertions.Expect(close).ToBeFocusedAsync();
        await screen.Keyboard.PressAsync("Home");
        await screen.Keyboard.PressAsync("Enter");

        // 2 the dialog says who is cut, before anything is
        var dialog = screen.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog.GetByLabel("Who may connect?")).ToBeFocusedAsync();
        await screen.Keyboard.TypeAsync("203.0.113.0/24");
        await Assertions.Expect(dialog.GetByText("Saving disconnects everyone")).ToBeVisibleAsync();
        await dialog.GetByLabel("Ends").SelectOptionAsync("In 8 h");
        foreach (var view in new[] { View.Phone, View.Desktop })
        {
            await page.HoldsUpInBothThemesAsync("forward-change", view);
        }

        // 3 saved: the row tells, and whoever was inside is out
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        var row = screen.Locator(".forward", new() { HasText = "Ledger" });
        await Assertions.Expect(row).ToContainTextAsync("1 network");
        await Assertions.Expect(row).ToContainTextAsync("closes in");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Assert.True(await IsCutAsync(client, deadline.Token));
        await page.HoldsUpAsync();
        await api.SendAsync(HttpMethod.Delete, "/v1/sessions/ledger");
    }

    private static async Task<bool> IsCutAsync(TcpClient client, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetStream().ReadAsync(new byte[1], cancellationToken) == 0;
        }
        catch (IOException)
        {
            return true; // reset
        }
    }
}
