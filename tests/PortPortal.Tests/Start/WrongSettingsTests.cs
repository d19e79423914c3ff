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
}
