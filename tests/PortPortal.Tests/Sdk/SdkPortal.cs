using PortPortal.Sdk;
using PortPortal.Tests.Support;

namespace PortPortal.Tests.Sdk;

/// <summary>One portal in this process for the tests of the client and of the command.</summary>
public sealed class SdkPortal : IAsyncLifetime
{
    internal PortalApp App { get; private set; } = null!;

    public PortPortalClient NewClient(string? apiKey = null) => new(App.Portal, apiKey ?? PortalApp.AdminApiKey, new() { AuthorityFile = App.AuthorityPath });

    public async Task InitializeAsync() => App = await PortalApp.StartAsync();

    public async Task DisposeAsync() => await App.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class SdkPortalDefinition : ICollectionFixture<SdkPortal>
{
    public const string Name = "one portal for its clients";
}
