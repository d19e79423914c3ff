using System.Collections.Concurrent;

namespace PortPortal.Engine.Edge.Grants;

/// <summary>What was read from recent texts, bounded: two halves, of which the older is dropped whole when the younger is full.</summary>
internal sealed class RecentValues<T>(int capacity)
    where T : class
{
    private readonly Lock _lock = new();
    private volatile Half _young = new();
    private volatile Half _old = new();

    public T? Find(ReadOnlySpan<char> text)
    {
        if (_young.Find(text) is { } value)
        {
            return value;
        }

        if (_old.Find(text) is not { } older)
        {
            return null;
        }

        Add(text.ToString(), older);
        return older;
    }

    public void Add(string text, T value)
    {
        var young = _young;
        if (young.TryAdd(text, value) <= capacity / 2)
        {
            return;
        }

        lock (_lock)
        {
            if (ReferenceEquals(young, _young))
            {
                (_old, _young) = (young, new());
            }
        }
    }

    private sealed class Half
    {
        private readonly ConcurrentDictionary<string, T> _values;
        private readonly ConcurrentDictionary<string, T>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
        private int _count;

        public Half()
        {
            _values = new(StringComparer.Ordinal);
            _bySpan = _values.GetAlternateLookup<ReadOnlySpan<char>>();
        }

        public T? Find(ReadOnlySpan<char> text) => _bySpan.TryGetValue(text, out var value) ? value : null;

        public int TryAdd(string text, T value) => _values.TryAdd(text, value) ? Interlocked.Increment(ref _count) : Volatile.Read(ref _count);
    }
}
