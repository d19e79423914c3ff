namespace PortPortal.SystemTests.Forwarding;

/// <summary>Tests that load the machine run one after another, when the others are through.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class HeavyCollection
{
    public const string Name = "heavy";
}
