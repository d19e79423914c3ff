namespace PortPortal.Tests.Api;

/// <summary>One real program that a class of tests talks to over the wire.</summary>
public sealed class RunningPortal : IAsyncLifetime
{
    public PortalProcess Process { get; private set; } = null!;

    public PortalApi Api => Process.Api;

    public async Task InitializeAsync() => Process = await PortalProcess.StartAsync();

    public async Task DisposeAsync() => await Process.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class PortalDefinition : ICollectionFixture<RunningPortal>
{
    public const string Name = "one running portal";
}
