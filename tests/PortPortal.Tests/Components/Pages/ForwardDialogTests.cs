using Bunit;
using PortPortal.Components.Dialogs;
using PortPortal.Components.Live;
using PortPortal.Components.Pages;
using PortPortal.Engine.Exposures.PortForwards;
using PortPortal.Engine.Sessions;

namespace PortPortal.Tests.Components.Pages;

public sealed class ForwardDialogTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Forward_WhenItIsMade_IsGivenAnEnd()
    {
        await using var bench = await PageBench.StartAsync();
        var id = (await bench.Api.RegisterSessionAsync("shop")).GetProperty("id").GetString()!;
        var dialog = bench.Context.Render<ForwardDialog>(p => p.Add(d => d.SessionId, id).Add(d => d.Port, 5432));

        Choose(dialog, "In 8 h");
        await dialog.Find("form.stack").SubmitAsync();

        dialog.WaitForAssertion(() => Assert.Single(bench.Get<PortForwardFeed>().Items), Soon);
        var forward = Assert.Single(bench.Get<PortForwardFeed>().Items.Values);
        Assert.InRange(forward.ExpiresAt!.Value - forward.CreatedAt, TimeSpan.FromHours(8) - TimeSpan.FromSeconds(20), TimeSpan.FromHours(8));
    }

    [Fact]
    public async Task Forward_ThatIsOpen_IsChangedOnItsSessionsPage()
    {
        await using var bench = await PageBench.StartAsync();
        await bench.Api.RegisterSessionAsync("shop");
        await bench.Api.SendAsync(HttpMethod.Post, "/v1/sessions/shop/port-forwards", new { guestPort = 5432, label = "Orders", expiresAt = TimeProvider.System.GetUtcNow().AddDays(1) });
        var before = Assert.Single(bench.Get<PortForwardFeed>().Items.Values);
        var page = bench.Context.Render<SessionDetail>(p => p.Add(detail => detail.Id, "shop"));

        await page.Find($".forwards [aria-label='Change {before.Endpoint}']").ClickAsync();
        var dialog = page.FindComponent<ForwardDialog>();

        // 1 nothing is cut by another label or another end; by other networks everyone is, and that is said before
        Input(dialog, "Label").Input("Orders, read only");
        Choose(dialog, "No end of its own");
        Assert.DoesNotContain("Saving disconnects", dialog.Markup, StringComparison.Ordinal);
        Input(dialog, "Who may connect?").Input("203.0.113.0/24, 198.51.100.9/24");
        Assert.Contains("Saving disconnects everyone", dialog.Markup, StringComparison.Ordinal);

        // 2 what is wrong stands beside its field, and nothing is saved
        await dialog.Find("form.stack").SubmitAsync();
        dialog.WaitForAssertion(() => Assert.Contains("Sources[1] is a network", dialog.Find(".pp-help.bad").TextContent, StringComparison.Ordinal), Soon);
        Assert.Equal(before, bench.Get<PortForwardFeed>().Find(before.Id)! with { Traffic = before.Traffic, State = before.State, Path = before.Path, Problem = before.Problem });

        // 3 mended, all of it is saved in one step
        Input(dialog, "Who may connect?").Input("203.0.113.0/24");
        await dialog.Find("form.stack").SubmitAsync();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("dialog")), Soon);
        var after = bench.Get<PortForwardFeed>().Find(before.Id)!;
        Assert.Equal("Orders, read only", after.Label);
        Assert.Equal(["203.0.113.0/24"], after.Sources);
        Assert.Null(after.ExpiresAt);
        Assert.False(after.Knock);
    }

    private static AngleSharp.Dom.IElement Input(IRenderedComponent<ForwardDialog> dialog, string label)
    {
        var of = dialog.FindAll(".pp-field > label").Single(text => text.TextContent == label).GetAttribute("for");
        return dialog.Find($"#{of}");
    }

    private static void Choose(IRenderedComponent<ForwardDialog> dialog, string text)
    {
        var options = dialog.FindAll("select option");
        Input(dialog, "Ends").Change(options.Single(option => option.TextContent == text).GetAttribute("value"));
    }
}
