using PortPortal.Cli;
using PortPortal.Cli.Projects;

namespace PortPortal.Tests.Cli;

public sealed class ProjectFileTests
{
    [Fact]
    public void M01_File_OfThePage_IsRead()
    {
        var project = ProjectFile.Parse(
            """
            name: my-app

            dependencies:
              - node@22

            ports:
              web: 3000
              api: 8080

            command: ["npm", "start"]
            """,
            "moat.yaml");

        Assert.Equal("my-app", project.Name);
        Assert.Equal([("web", 3000), ("api", 8080)], project.Ports.Select(endpoint => (endpoint.Key, endpoint.Value)));
        Assert.Equal(["npm", "start"], project.Command);
    }

    [Fact]
    public void M16_File_WithManyFaults_TellsAll()
    {
        var refused = Assert.Throws<Failure>(() => ProjectFile.Parse("name: My_App\nports:\n  Web: 3000\n  api: 70000\ncommand: {}\n", "portportal.yaml"));

        Assert.Equal(2, refused.ExitCode);
        Assert.Equal(["name takes", "ports: “Web” is no endpoint name", "ports: api is a whole number", "command is a list"], refused.Message.Split(Environment.NewLine).Zip(["name takes", "ports: “Web” is no endpoint name", "ports: api is a whole number", "command is a list"], (line, words) => line.Contains($"portportal.yaml: {words}", StringComparison.Ordinal) ? words : line));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("my-app-2", true)]
    [InlineData("my_app", false)]
    [InlineData("-app", false)]
    [InlineData("app-", false)]
    [InlineData("My-App", false)]
    [InlineData("a--b", false)]
    [InlineData("", false)]
    public void M16_Label_IsLowerCaseWithHyphensInside(string text, bool fits) => Assert.Equal(fits, ProjectFile.IsLabel(text));

    [Theory]
    [InlineData("[")]
    [InlineData("- a\n- b")]
    [InlineData("ports: 3000")]
    public void File_ThatIsNoMap_IsRefused(string text) => Assert.Throws<Failure>(() => ProjectFile.Parse(text, "portportal.yaml"));

    [Fact]
    public void File_Empty_SaysNothing() => Assert.Equal((null, 0, 0), (ProjectFile.Parse("", "f").Name, ProjectFile.Parse("", "f").Ports.Count, ProjectFile.Parse("", "f").Command.Count));

    [Fact]
    public void M18_Name_OfNobody_IsAnAdjectiveAndAnAnimalAndLaterASuffix()
    {
        Assert.Matches("^[a-z]+-[a-z]+$", RandomName.Next(3));
        Assert.Matches("^[a-z]+-[a-z]+-[a-z2-9]{4}$", RandomName.Next(4));
    }
}
