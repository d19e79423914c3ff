using System.Text;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Tests.Sessions.Listeners;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("node\0server.js\0--port\03000\0", "node server.js --port 3000")]
    [InlineData("nginx: master process /usr/sbin/nginx", "nginx: master process /usr/sbin/nginx")]
    [InlineData("", "")]
    [InlineData("\0\0\0", "")]
    public void Hint_OrdinaryArguments_AreShown(string raw, string expected) => Assert.Equal(expected, Read(raw).Hint());

    [Theory]
    [InlineData("app\0--password\0hunter2\0--port\080\0")]
    [InlineData("app\0--password=hunter2\0")]
    [InlineData("app\0--db-password=my hunter2\0")]
    [InlineData("app\0--NotebookApp.token=hunter2\0")]
    [InlineData("app\0-api-key\0hunter2\0")]
    [InlineData("app\0API_KEY=hunter2\0")]
    [InlineData("app\0--Auth\0hunter2\0")]
    [InlineData("app\0postgres://mira:hunter2@db/shop\0")]
    [InlineData("app\0redis://:hunter2@cache\0")]
    [InlineData("app\0host=db password=hunter2\0")]
    [InlineData("app: worker --token hunter2")]
    public void Hint_Secrets_AreLeftOut(string raw)
    {
        var hint = Read(raw).Hint();

        Assert.DoesNotContain("hunter2", hint, StringComparison.Ordinal);
        Assert.StartsWith("app", hint, StringComparison.Ordinal);
        Assert.Contains('…', hint);
    }

    [Fact]
    public void Hint_OptionAfterASecretFlag_IsNotTakenForItsValue() =>
        Assert.Equal("app --no-auth --port 80", Read("app\0--no-auth\0--port\080\0").Hint());

    [Fact]
    public void Hint_LongLine_IsCut() => Assert.Equal(CommandLine.HintLength, Read(new string('x', 4000)).Hint().Length);

    [Theory]
    [InlineData("app\0--port=40123\0", true)]
    [InlineData("app\0127.0.0.1:40123\0", true)]
    [InlineData("app\040123\0", true)]
    [InlineData("app\0140123\0", false)]
    [InlineData("app\0401230 x40123y9\0", true)]
    [InlineData("app\0401234\0", false)]
    [InlineData("app\0", false)]
    public void Names_Port_OnlyAsANumberOfItsOwn(string raw, bool expected) => Assert.Equal(expected, Read(raw).Names(40123));

    private static CommandLine Read(string raw) => new(Encoding.UTF8.GetBytes(raw));
}
