namespace PortPortal.BrowserTests.Support;

/// <summary>For tests that time what a person sees: they run when all others are done.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
#pragma warning disable CA1711 // xunit's word
public sealed class AloneCollection : ICollectionFixture<PortalFixture>
#pragma warning restore CA1711
{
    public const string Name = "alone";
}
