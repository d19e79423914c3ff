using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using PortPortal.BrowserTests.Support;

namespace PortPortal.BrowserTests;

/// <summary>What a role may not do is not offered, and not done where it is asked for all the same.</summary>
[Collection(PortalCollection.Name)]
public sealed class RoleStories(PortalFixture fixture)
{
    private static readonly string Port = 4100.ToString(CultureInfo.InvariantCulture);

    [Fact]
    public async Task Story_AViewer_LooksAndChangesNothing()
    {
        await fixture.Portal.Api.RegisterSessionAsync("looked-at");
        await fixture.Portal.Api.ExposeAsync("looked-at", 4100, "sso");
        var (page, _) = await fixture.NewPersonPageAsync("viewer");
        await using var viewer = page;
        var screen = viewer.Page;

        // 1 sees it, and is offered nothing that changes it
        await viewer.OpenAsync("/sessions/looked-at");
        await Assertions.Expect(screen.Locator($"#port-{Port}")).ToBeVisibleAsync();
        await Assertions.Expect(screen.GetByRole(AriaRole.Switch)).ToHaveCountAsync(0);
        await Assertions.Expect(screen.GetByRole(AriaRole.Button, new() { NameRegex = new("Expose|Pause|Terminate|Disconnect|Save|New PIN", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)) })).ToHaveCountAsync(0);
        await viewer.HoldsUpAsync();

        // 2 the admin's pages are not there
        await Assertions.Expect(screen.GetByRole(AriaRole.Navigation, new() { Name = "Main", Exact = true }).GetByText("People")).ToHaveCountAsync(0);
        await viewer.OpenAsync("/users");
        await Assertions.Expect(screen.GetByRole(AriaRole.Heading, new() { Name = "There is nothing here" })).ToBeVisibleAsync();

        // 3 nor does the API do it for a viewer's key
        var made = await fixture.Portal.Api.SendAsync(HttpMethod.Post, "/v1/api-keys", new { name = "viewer", role = "viewer" });
        using var client = fixture.Portal.Http.NewClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", made.GetProperty("key").GetString());
        foreach (var (method, path) in new[] { (HttpMethod.Delete, $"/v1/sessions/looked-at/ports/{Port}"), (HttpMethod.Post, "/v1/sessions/looked-at/pause"), (HttpMethod.Delete, "/v1/sessions/looked-at"), (HttpMethod.Get, "/v1/users") })
        {
            using var request = new HttpRequestMessage(method, new Uri(fixture.Portal.Portal, path));
            using var response = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }
    }

    [Fact]
    public async Task Story_AnAdminMadeAViewer_WithAPageOpen_CanChangeNothingFromThatMomentOn()
    {
        await fixture.Portal.Api.RegisterSessionAsync("demoted");
        await fixture.Portal.Api.ExposeAsync("demoted", 4100, "sso");
        await using (await fixture.NewAdminPageAsync())
        {
            // Another admin stays.
        }

        var (page, id) = await fixture.NewPersonPageAsync("admin");
        await using var person = page;
        var screen = person.Page;
        await person.OpenAsync("/sessions/demoted");
        var close = screen.GetByRole(AriaRole.Switch, new() { Name = $"Expose port {Port}" });
        await Assertions.Expect(close).ToBeVisibleAsync();

        // The button is pressed in the same moment as the role changes: the screen may still have it, the server decides.
        await screen.EvaluateAsync("window.handle = document.querySelector('.pp-switch')");
        await fixture.Portal.Api.SendAsync(HttpMethod.Put, $"/v1/users/{id}", new { role = "viewer" });
        await screen.EvaluateAsync("window.handle.click()");

        await Assertions.Expect(close).ToHaveCountAsync(0);
        var ports = (await fixture.Portal.Api.SessionAsync("demoted")).GetProperty("exposedPorts");
        Assert.Equal(1, ports.GetArrayLength());
    }

    [Fact]
    public async Task Story_SomeoneDisabled_WithAPageOpen_IsShownOut()
    {
        var (page, id) = await fixture.NewPersonPageAsync("member");
        await using var person = page;
        await person.OpenAsync("/activity");

        await fixture.Portal.Api.SendAsync(HttpMethod.Put, $"/v1/users/{id}", new { disabled = true });

        await person.Page.ArrivesAtAsync(new Regex("/sign-in"));
    }
}
