namespace PortPortal.Tests.Support;

/// <summary>For tests that take the whole machine: they run one after another, when all others are done.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
