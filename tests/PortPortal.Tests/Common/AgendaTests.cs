using PortPortal.Engine.Common;

namespace PortPortal.Tests.Common;

public sealed class AgendaTests
{
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(30);
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Take_AfterCalls_GivesWhatWasNamedOnce()
    {
        using var agenda = new Agenda(_time);
        agenda.Call(["a"]);
        agenda.Call(["b", "a"]);

        Assert.Equal(["a", "b"], (await agenda.TakeAsync(Later, CancellationToken.None))!.Order(StringComparer.Ordinal));

        var next = agenda.TakeAsync(Later, CancellationToken.None);
        Assert.False(next.IsCompleted);
        agenda.Call(["c"]);
        Assert.Equal(["c"], await next);
    }

    [Fact]
    public async Task Take_WhenEverythingIsDue_GivesEverything()
    {
        using var agenda = new Agenda(_time);

        var timed = agenda.TakeAsync(Later, CancellationToken.None);
        _time.Advance(Later);
        Assert.Null(await timed);

        agenda.Call(["a"]);
        Assert.Null(await agenda.TakeAsync(TimeSpan.Zero, CancellationToken.None));
        agenda.Call(["a"]);
        agenda.CallEverything();
        Assert.Null(await agenda.TakeAsync(Later, CancellationToken.None));
    }

    [Fact]
    public async Task Take_AfterDistrust_WaitsForACallAndGivesEverything()
    {
        using var agenda = new Agenda(_time);
        agenda.Distrust();

        var next = agenda.TakeAsync(Later, CancellationToken.None);
        Assert.False(next.IsCompleted);
        agenda.Call(["a"]);
        Assert.Null(await next);

        agenda.Call(["b"]);
        Assert.Equal(["b"], await agenda.TakeAsync(Later, CancellationToken.None));
    }
}
