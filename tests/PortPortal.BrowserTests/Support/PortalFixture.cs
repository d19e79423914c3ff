namespace PortPortal.BrowserTests.Support;

/// <summary>One real portal, one real app behind it and one browser, for all tests that leave both as they found them.</summary>
public sealed class PortalFixture : IAsyncLifetime
{
    public const string AdminEmail = PortalPeople.AdminEmail;
    public const string AdminPassphrase = PortalPeople.AdminPassphrase;
    private string? _signedIn;
    private TrustingBrowser? _browser;

    public PortalProcess Portal { get; private set; } = null!;

    public EchoApp App { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        App = await EchoApp.StartAsync();
        Portal = await PortalProcess.StartAsync("--Nodes:WireGuard=Off"); // a new network interface makes Chromium drop its connections
        _browser = await TrustingBrowser.StartAsync(Portal.AuthorityPath);
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        if (Portal is not null)
        {
            await Portal.DisposeAsync();
        }

        await App.DisposeAsync();
    }

    /// <summary>A page of somebody who has never been here.</summary>
    public async Task<PageUnderTest> NewPageAsync(View? view = null, string? storage = null)
    {
        var options = (view ?? View.Desktop).ToOptions();
        options.BaseURL = Portal.Portal.ToString();
        options.StorageState = storage;
        var context = await _browser!.Chromium.NewContextAsync(options);
        context.SetDefaultTimeout(30_000);
        return new(await context.NewPageAsync(), view ?? View.Desktop);
    }

    /// <summary>A page of the admin; the first call creates the account, by the link that the console shows.</summary>
    public async Task<PageUnderTest> NewAdminPageAsync(View? view = null)
    {
        _signedIn ??= await SetUpAsync();
        return await NewPageAsync(view, _signedIn);
    }

    /// <summary>A page of somebody new with that role, who came by an invitation.</summary>
    /// <returns>The page, signed in, and the account's id.</returns>
    public async Task<(PageUnderTest Page, string Id)> NewPersonPageAsync(string role, View? view = null)
    {
        var name = $"Otto {Guid.NewGuid().ToString("N")[..6]}";
        var invited = await Portal.Api.SendAsync(HttpMethod.Post, "/v1/users", new { name, email = $"{Guid.NewGuid():N}@example.com", role });
        var page = await NewPageAsync(view);
        await page.Page.GotoAsync(invited.GetProperty("invitationUrl").GetString()!);
        await page.Page.GetByRole(AriaRole.Textbox, new() { Name = "Passphrase", Exact = true }).FillAsync(AdminPassphrase);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Save and sign in" }).ClickAsync();
        await page.Page.ArrivesAtAsync(Portal.Portal.ToString());
        await page.InteractiveAsync();
        return (page, invited.GetProperty("id").GetString()!);
    }

    private async Task<string> SetUpAsync()
    {
        await using var page = await NewPageAsync();
        await page.Page.GotoAsync(Portal.SetUpLink!.ToString());
        await page.Page.GetByLabel("Your name").FillAsync("Ada Byron");
        await page.Page.GetByLabel("E-mail", new() { Exact = true }).FillAsync(AdminEmail);
        await page.Page.GetByLabel("Passphrase", new() { Exact = true }).FillAsync(AdminPassphrase);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Create admin" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Skip for now" }).ClickAsync();
        await page.Page.ArrivesAtAsync(Portal.Portal.ToString());
        return await page.Page.Context.StorageStateAsync();
    }
}

/// <summary>Tests in this collection share one portal and run one after another.</summary>
[CollectionDefinition(Name)]
#pragma warning disable CA1711 // xunit's word
public sealed class PortalCollection : ICollectionFixture<PortalFixture>
#pragma warning restore CA1711
{
    public const string Name = "one portal";
}
