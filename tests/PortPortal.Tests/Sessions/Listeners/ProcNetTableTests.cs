using PortPortal.Engine.Sessions.Listeners;

namespace PortPortal.Tests.Sessions.Listeners;

public sealed class ProcNetTableTests
{
    private const string Row = "   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 41 1\n";

    [LinuxFact]
    public void Read_CountersStandStill_ReusesTheAnswerOnce()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory.File("tcp"), Row);
        File.WriteAllText(directory.File("sockstat"), "sockets: used 5\nTCP: inuse 1 orphan 0 tw 0 alloc 1 mem 0\n");
        using var table = new ProcNetTable(directory.Root);
        Assert.Equal(1, Count(table));
        File.AppendAllText(directory.File("tcp"), Row);

        Assert.Equal(1, Count(table));
        Assert.Equal(2, Count(table));
    }

    [LinuxFact]
    public void Read_CountersMove_ReadsAfresh()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory.File("tcp"), Row);
        File.WriteAllText(directory.File("sockstat"), "TCP: inuse 1\n");
        using var table = new ProcNetTable(directory.Root);
        Assert.Equal(1, Count(table));
        File.AppendAllText(directory.File("tcp"), Row);
        File.WriteAllText(directory.File("sockstat"), "TCP: inuse 2\n");

        Assert.Equal(2, Count(table));
    }

    [LinuxFact]
    public void Read_AskedAfresh_DoesNotReuse()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory.File("tcp"), Row);
        File.WriteAllText(directory.File("sockstat"), "TCP: inuse 1\n");
        using var table = new ProcNetTable(directory.Root);
        Assert.Equal(1, Count(table));
        File.AppendAllText(directory.File("tcp"), Row);

        Assert.Equal(2, Count(table, afresh: true));
    }

    [LinuxFact]
    public void Read_TableLongerThanTheBuffer_IsReadWhole()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(directory.File("tcp"), string.Concat(Enumerable.Repeat(Row, 1000)));
        using var table = new ProcNetTable(directory.Root);

        Assert.Equal(1000, Count(table));
    }

    [LinuxFact]
    public void Open_NoTables_SaysSo()
    {
        using var directory = new TempDirectory();

        Assert.Contains(directory.Root, Assert.Throws<IOException>(() => new ProcNetTable(directory.Root)).Message, StringComparison.Ordinal);
    }

    private static int Count(ProcNetTable table, bool afresh = false)
    {
        var sockets = new List<ListeningSocket>();
        table.Read(sockets, afresh);
        return sockets.Count;
    }
}
