using System.Net;
using System.Text;
using PortPortal.Engine.Sessions;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Tests.Sessions.Listeners;

public sealed class HidingRuleTests
{
    private const int OwnPid = 77;
    private static readonly PortRange Ephemeral = new(32768, 60999);

    [Theory]
    [InlineData(22, "0.0.0.0", "sshd -D", HiddenReason.Ssh)]
    [InlineData(2222, "0.0.0.0", "sshd -D", HiddenReason.None)]
    [InlineData(45_000, "127.0.0.1", "language-server --stdio", HiddenReason.Ephemeral)]
    [InlineData(45_000, "::1", "", HiddenReason.Ephemeral)]
    [InlineData(45_000, "127.0.0.1", "app --port 45000", HiddenReason.None)]
    [InlineData(45_000, "127.0.0.1", "/x/node_modules/.bin/vite", HiddenReason.None)]
    [InlineData(45_000, "0.0.0.0", "language-server", HiddenReason.None)]
    [InlineData(45_000, "10.0.0.5", "language-server", HiddenReason.None)]
    [InlineData(32_767, "127.0.0.1", "language-server", HiddenReason.None)]
    [InlineData(61_000, "127.0.0.1", "language-server", HiddenReason.None)]
    [InlineData(3000, "127.0.0.1", "app", HiddenReason.None)]
    public void S18_Listener_IsHiddenForAReasonOnly(int port, string address, string commandLine, HiddenReason expected) =>
        Assert.Equal(expected, Judge(port, address, Owner(1000, commandLine)));

    [Fact]
    public void Judge_EphemeralPortOfNobodyKnown_IsHidden() => Assert.Equal(HiddenReason.Ephemeral, Judge(45_000, "127.0.0.1", owner: null));

    [Fact]
    public void Judge_PortPortalsProcess_IsOwn() => Assert.Equal(HiddenReason.Own, Judge(3000, "127.0.0.1", Owner(OwnPid, "app")));

    [Fact]
    public void Judge_PortPortalsListenerInAnotherProcess_IsOwn()
    {
        var own = new OwnListeners();
        own.Add(new IPEndPoint(IPAddress.Any, 8443));

        Assert.Equal(HiddenReason.Own, new HidingRule(own, OwnPid).Judge(8443, Address("0.0.0.0"), owner: null, guess: null, Ephemeral));
    }

    [Theory]
    [InlineData("1024\t65535\n", 1024, 65535)]
    [InlineData("32768 60999", 32768, 60999)]
    [InlineData("", 32768, 60999)]
    [InlineData("a b", 32768, 60999)]
    [InlineData("-1 5", 32768, 60999)]
    public void Parse_LocalPortRange_FallsBackToLinuxOwn(string text, int first, int last) => Assert.Equal(new PortRange(first, last), PortRange.Parse(text));

    private static HiddenReason Judge(int port, string address, ProcessOwner? owner) =>
        new HidingRule(new OwnListeners(), OwnPid).Judge(port, Address(address), owner, Guesser.Guess(port, owner), Ephemeral);

    private static ListenerAddress Address(string address) => ListenerAddress.Of([IPAddress.Parse(address)]);

    private static ProcessOwner Owner(int pid, string commandLine) =>
        new(new(pid, commandLine.Split(' ')[0], commandLine, null), new CommandLine(Encoding.UTF8.GetBytes(commandLine.Replace(' ', '\0'))), 3);
}
