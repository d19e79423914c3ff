using System.Globalization;
using PortPortal.Engine.Sessions;
using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Tests.Sessions.Listeners;

public sealed class SocketOwnersTests
{
    private const uint NobodysInode = uint.MaxValue;

    [LinuxFact]
    public async Task Find_SocketOfAChild_NamesItAsItCallsItself()
    {
        using var directory = new TempDirectory();
        var project = Directory.CreateDirectory(directory.File("web-shop")).FullName;
        await using var child = await PerlListener.StartAsync(project, title: "next-server (v15.1.0)");

        var found = child.Scan();

        Assert.Equal(child.Pid, found.Process?.Pid);
        Assert.StartsWith("next-server", found.Process?.Name, StringComparison.Ordinal);
        Assert.Equal("web-shop", found.Process?.Project);
        Assert.Equal(new ListenerGuess("Next.js", ListenerKind.Http), found.Guess);
    }

    [LinuxFact]
    public async Task H8_ProcessNameOfAStranger_ComesWithoutControlsAndCut()
    {
        using var directory = new TempDirectory();
        await using var child = await PerlListener.StartAsync(directory.Root, title: "<img src=x>\\e[31m\\n\\x{202e}" + new string('A', 3000));

        var process = child.Scan().Process;

        Assert.NotNull(process);
        Assert.StartsWith("<img src=x>", process.CommandLine, StringComparison.Ordinal);
        Assert.Equal(200, process.CommandLine.Length);
        Assert.DoesNotContain(process.Name + process.CommandLine, c => char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format);
    }

    [LinuxFact]
    public async Task Find_ProcessRenamesItself_IsNoticedAfterItsTrustRanOut()
    {
        using var directory = new TempDirectory();
        await using var child = await PerlListener.StartAsync(directory.Root, title: "early", laterTitle: "late");
        var inode = child.Scan().Inode;
        var time = new ManualTime();
        var owners = new SocketOwners(time);
        Assert.Equal("early", owners.Find([inode])[inode]?.Process.Name);
        await child.RenameAsync();
        Assert.Equal("early", owners.Find([inode])[inode]?.Process.Name);

        time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal("late", owners.Find([inode])[inode]?.Process.Name);
        Assert.Equal(1, owners.Walks);
    }

    [LinuxFact]
    public void Find_KnownSocket_WalksOnce()
    {
        using var listener = TestListener.On("127.0.0.1");
        var inode = listener.Inode();
        var time = new ManualTime();
        var owners = new SocketOwners(time);

        for (var second = 0; second < 20; second++)
        {
            Assert.Equal(Environment.ProcessId, owners.Find([inode])[inode]?.Process.Pid);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1, owners.Walks);
    }

    [LinuxFact]
    public void Find_SocketWasClosed_HasNoProcessOnceItsTrustRanOut()
    {
        var listener = TestListener.On("127.0.0.1");
        var inode = listener.Inode();
        var time = new ManualTime();
        var owners = new SocketOwners(time);
        Assert.NotNull(owners.Find([inode])[inode]);
        listener.Dispose();

        time.Advance(TimeSpan.FromSeconds(6));

        Assert.Null(owners.Find([inode])[inode]);
    }

    [LinuxFact]
    public void Find_SocketThatCannotBeSeen_IsLookedForMoreAndMoreRarely()
    {
        var time = new ManualTime();
        var owners = new SocketOwners(time);
        var walksByMinute = new List<int>();

        for (var minute = 0; minute < 10; minute++)
        {
            for (var second = 0; second < 60; second++)
            {
                Assert.Null(owners.Find([NobodysInode])[NobodysInode]);
                time.Advance(TimeSpan.FromSeconds(1));
            }

            walksByMinute.Add(owners.Walks);
        }

        Assert.InRange(walksByMinute[0], 4, 6);
        Assert.InRange(walksByMinute[9], 7, 12);
    }

    [LinuxFact]
    public void Find_WalksThatTakeLong_AreFollowedByALongerPause()
    {
        var time = new SlowTime(TimeSpan.FromSeconds(1));
        var owners = new SocketOwners(time);
        owners.Find([NobodysInode]);
        Assert.Equal(1, owners.Walks);

        owners.Find([NobodysInode - 1]);
        Assert.Equal(1, owners.Walks);
        time.Advance(TimeSpan.FromSeconds(10));
        owners.Find([NobodysInode - 1]);

        Assert.Equal(2, owners.Walks);
    }

    [LinuxFact]
    public void Find_KernelSocket_HasNoProcessAndCausesNoWalk()
    {
        var owners = new SocketOwners(TimeProvider.System);

        Assert.Null(owners.Find([0])[0]);
        Assert.Equal(0, owners.Walks);
    }

    /// <summary>A clock that each look at it moves on, as a walk over a crowded machine would.</summary>
    private sealed class SlowTime(TimeSpan step) : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += step.Ticks;

        public void Advance(TimeSpan by) => _now += by.Ticks;
    }
}
