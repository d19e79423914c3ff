using PortPortal.Engine.Sessions;

namespace PortPortal.Tests.Sessions;

public sealed class SessionOptionsRulesTests
{
    [Fact]
    public void Validate_Networks_AreAccepted() =>
        Assert.True(new SessionOptionsRules().Validate(null, new() { AllowedAddresses = ["10.0.0.0/8", "fd00::/8", "203.0.113.7/32"] }).Succeeded);

    [Fact]
    public void Validate_ThingsThatAreNoNetworks_AreAllNamed()
    {
        var result = new SessionOptionsRules().Validate(null, new() { AllowedAddresses = ["10.0.0.0/33", "10.0.0.0/8", "everything"] });

        Assert.Equal(2, result.Failures?.Count());
        Assert.Contains("“10.0.0.0/33”", result.FailureMessage, StringComparison.Ordinal);
        Assert.Contains("“everything”", result.FailureMessage, StringComparison.Ordinal);
    }
}
