using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Tests.Sessions.Listeners;

public sealed class ProjectNameTests
{
    [Theory]
    [InlineData("/home/mira/web-shop", "web-shop")]
    [InlineData("/home/mira/code/web-shop/src/app", "web-shop")]
    [InlineData("/root/billing", "billing")]
    [InlineData("/workspace", "workspace")]
    [InlineData("/var/lib/postgresql/15/main", "main")]
    [InlineData("/", null)]
    [InlineData("/root", null)]
    [InlineData("/home/mira", null)]
    [InlineData("/home/mira/src", null)]
    [InlineData("/usr/src/app", null)]
    [InlineData("/app", null)]
    [InlineData("/tmp", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("/home/mira/\u202eevil", "evil")]
    public void From_WorkingDirectory_IsWhatPeopleCallIt(string? directory, string? expected) => Assert.Equal(expected, ProjectName.From(directory));
}
