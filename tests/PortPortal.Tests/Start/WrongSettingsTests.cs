using PortPortal.Start;
using PortPortal.TestSupport;

namespace PortPortal.Tests.Start;

public sealed class WrongSettingsTests
{
    [Fact]
    public void Build_WrongInSeveralSections_IsReportedTogether()
    {
        using var data = new TempDirectory();

        var failure = Record.Exception(() => PortPortal.Program.Build(["--data", data.Root, "--port", "abc", "--bind", "nowhere", "--Certificates:KeyPath", "/nowhere.key"]));

        Assert.NotNull(failure);
        Assert.Equal(["Certificates:CertificatePath", "Edge:Bind", "Edge:Port"], StartFailure.Explain(failure)!.Select(reason => reason.Split(' ')[0]).Order());
    }

    [Theory]
    [InlineData("ppn_aaaaaaaaaaaa_aaaaaaaaaaaaaaaaaaaaaaaaaa", "  - This machine could not join 127.0.0.1: ")]
    [InlineData("nonsense", "  - --token is no join token.")]
    public async Task Node_ThatCannotJoin_SaysOneSentenceAndNoMore(string token, string sentence)
    {
        using var data = new TempDirectory();
        string[] arguments = [Repository.Program("PortPortal"), "--role", "node", "--join", "https://127.0.0.1:1", "--token", token, "--data", data.Root];
        await using var node = ChildProcess.Start("dotnet", arguments, workingDirectory: Repository.Root);

        Assert.Equal(2, await node.ExitAsync(TimeSpan.FromSeconds(30)));

        var lines = node.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("PortPortal did not start:", lines[0]);
        Assert.StartsWith(sentence, Assert.Single(lines[1..]), StringComparison.Ordinal);
    }
}
