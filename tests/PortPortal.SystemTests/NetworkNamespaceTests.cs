namespace PortPortal.SystemTests;

public sealed class NetworkNamespaceTests
{
    [SystemFact]
    public async Task Namespaces_JoinedByAPair_ReachEachOtherAndNothingElse()
    {
        await using var left = await NetworkNamespace.CreateAsync();
        await using var right = await NetworkNamespace.CreateAsync();
        await left.JoinAsync(right, "10.199.0.1/24", "10.199.0.2/24");

        Assert.Contains("10.199.0.2", await left.RunAsync("ip -4 route get 10.199.0.2"), StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => left.RunAsync("ip -4 route get 192.0.2.1"));
    }
}
