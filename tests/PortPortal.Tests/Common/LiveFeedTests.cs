using System.Collections.Concurrent;
using PortPortal.Engine.Common;

namespace PortPortal.Tests.Common;

public sealed class LiveFeedTests
{
    private readonly ManualTime _time = new();
    private readonly Numbers _feed;

    public LiveFeedTests() => _feed = new Numbers(_time);

    [Fact]
    public async Task Subscribe_WhileAProducerPublishes_LosesNoneAndSeesNoneTwice()
    {
        const int Count = 20_000;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var feed = new Numbers(TimeProvider.System);
        var producer = Task.Run(() =>
        {
            for (var i = 0; i < Count; i++)
            {
                feed.Publish(new Number($"{i}", i));
            }
        });

        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => ReadAllAsync(feed, Count, deadline.Token))).ToList();
        await producer.WaitAsync(deadline.Token);

        foreach (var seen in await Task.WhenAll(readers).WaitAsync(deadline.Token))
        {
            Assert.Equal(Enumerable.Range(0, Count), seen.Order());
        }
    }

    [Fact]
    public async Task Changes_WithinOneInterval_ComeAsOneBatchWithTheLatestOfEach()
    {
        using var subscription = _feed.Subscribe();
        await using var changes = subscription.ChangesAsync(default).GetAsyncEnumerator();

        _feed.Publish(new Number("a", 1));
        Assert.Equal("1", await NextAsync(changes));

        _feed.Publish(new Number("a", 2), new Number("b", 1));
        _feed.Publish(new Number("a", 3));
        var next = NextAsync(changes);
        _time.Advance(FeedSubscription<Number>.BatchInterval - TimeSpan.FromMilliseconds(1));
        await Task.Delay(20);
        Assert.False(next.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("3 1", await next);
    }

    [Fact]
    public async Task Changes_OfAnItemAddedAndRemoved_SayOnlyThatItIsGone()
    {
        using var subscription = _feed.Subscribe();
        await using var changes = subscription.ChangesAsync(default).GetAsyncEnumerator();

        _feed.Publish(new Number("a", 1));
        _feed.Remove("a");

        Assert.True(await changes.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5)));
        Assert.Empty(changes.Current.Upserts);
        Assert.Equal("a", Assert.Single(changes.Current.Removals));
    }

    [Fact]
    public void Publish_OfAnEqualItem_AnnouncesNothing()
    {
        var announced = new ConcurrentQueue<FeedBatch<Number>>();
        _feed.Publishing += announced.Enqueue;

        _feed.Publish(new Number("a", 1));
        _feed.Publish(new Number("a", 1));
        _feed.Remove("b");

        Assert.Single(announced);
    }

    [Fact]
    public void Replace_WithAnotherPicture_RemovesWhatIsNotInIt()
    {
        _feed.Publish(new Number("a", 1), new Number("b", 2));

        _feed.Replace([new Number("b", 2), new Number("c", 3)]);

        Assert.Equal(["b", "c"], _feed.Items.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Publishing_IsRaisedBeforePublishReturns_WithTheNewPictureInForce()
    {
        var seen = 0;
        _feed.Publishing += _ => seen = _feed.Find("a")?.Value ?? 0;

        _feed.Publish(new Number("a", 7));

        Assert.Equal(7, seen);
    }

    [Fact]
    public void Update_OfWhatIsGone_DoesNothing()
    {
        _feed.Update("a", n => n with { Value = 1 });

        Assert.Empty(_feed.Items);
    }

    private static async Task<List<int>> ReadAllAsync(Numbers feed, int count, CancellationToken cancellationToken)
    {
        using var subscription = feed.Subscribe();
        List<int> seen = [.. subscription.Snapshot.Values.Select(n => n.Value)];
        if (seen.Count == count)
        {
            return seen;
        }

        await foreach (var batch in subscription.ChangesAsync(cancellationToken))
        {
            seen.AddRange(batch.Upserts.Select(n => n.Value));
            if (seen.Count >= count)
            {
                break;
            }
        }

        return seen;
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<FeedBatch<Number>> changes)
    {
        Assert.True(await changes.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5)));
        return string.Join(' ', changes.Current.Upserts.OrderBy(n => n.Id, StringComparer.Ordinal).Select(n => n.Value));
    }

    private sealed record Number(string Id, int Value);

    private sealed class Numbers(TimeProvider time) : LiveFeed<Number>(n => n.Id, time);
}
