using PortPortal.Engine.Sessions.Containers;

namespace PortPortal.Tests.Sessions.Containers;

public sealed class ContainerLabelsTests
{
    [Fact]
    public void Read_TheDocumentedLabels_GiveNameAndPort()
    {
        var labels = Read("shop", "3000:web:sso");

        Assert.Equal(new ContainerLabels("shop", [new(3000, "web", "sso")], []), labels);
        Assert.True(labels.ArePresent);
    }

    [Theory]
    [InlineData("3000", "3000::")]
    [InlineData("3000:web", "3000:web:")]
    [InlineData("3000::public", "3000::public")]
    [InlineData(" 3000:web:sso, 8080:api ; 9000 ", "3000:web:sso 8080:api: 9000::")]
    [InlineData("", "")]
    public void Read_Expose_TakesNameAndAccessAsOptionalAndSeveral(string label, string expected)
    {
        var labels = Read(null, label);

        Assert.Equal(expected, string.Join(' ', labels.Expose.Select(port => $"{port.Port}:{port.Name}:{port.Access}")));
        Assert.Empty(labels.Faults);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("+80")]
    [InlineData("080x")]
    [InlineData("web:3000")]
    [InlineData("3000:Web")]
    [InlineData("3000:-web")]
    [InlineData("3000:web:SSO")]
    [InlineData("3000:web:sso:more")]
    [InlineData("3000/tcp")]
    [InlineData("<script>")]
    public void Read_PortOfAnotherForm_IsAFaultThatSaysWhatItTakes(string label)
    {
        var labels = Read(null, $"8080:api,{label}");

        Assert.Equal([8080], labels.Expose.Select(port => port.Port));
        Assert.Contains("port:name:access", Assert.Single(labels.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3000:web,3000:api")]
    [InlineData("3000:web,3001:web")]
    public void Read_SamePortOrNameTwice_IsAFault(string label) => Assert.Contains("twice", Assert.Single(Read(null, label).Faults), StringComparison.Ordinal);

    [Fact]
    public void Read_EverythingWrong_TellsAllAtOnce() => Assert.Equal(3, Read("Not A Name", "x,y").Faults.Count);

    [Fact]
    public void Read_TooManyPorts_StopsAtTheLimit()
    {
        var labels = Read(null, string.Join(',', Enumerable.Range(1000, 500)));

        Assert.Equal(64, labels.Expose.Count);
        Assert.Contains("500", Assert.Single(labels.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoLabels_AreNone()
    {
        Assert.Equal(ContainerLabels.None, ContainerLabels.Read(null));
        Assert.Equal(ContainerLabels.None, ContainerLabels.Read(new Dictionary<string, string>(StringComparer.Ordinal) { ["maintainer"] = "mira" }));
        Assert.False(ContainerLabels.None.ArePresent);
    }

    private static ContainerLabels Read(string? name, string expose)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { [ContainerLabels.ExposeLabel] = expose };
        if (name is not null)
        {
            labels[ContainerLabels.NameLabel] = name;
        }

        return ContainerLabels.Read(labels);
    }
}
