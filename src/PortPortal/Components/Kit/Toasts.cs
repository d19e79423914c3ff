using System.Collections.Immutable;

namespace PortPortal.Components.Kit;

/// <summary>Short words about what just happened, for one open page; nothing important lives only here.</summary>
/// <remarks>At most four; the oldest goes first. Five seconds, eight where there is something to undo or something failed; none runs out while <see cref="Hold"/>.</remarks>
internal sealed class Toasts(TimeProvider time) : IDisposable
{
    public const int Most = 4;
    public static readonly TimeSpan ShortStay = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan LongStay = TimeSpan.FromSeconds(8);

    private readonly Lock _lock = new();
    private readonly Dictionary<Toast, Stay> _stays = []; // under _lock
    private volatile ImmutableList<Toast> _shown = [];
    private bool _held; // under _lock

    public event Action? Changed;

    public ImmutableList<Toast> Shown => _shown;

    public void Show(Toast toast)
    {
        lock (_lock)
        {
            while (_shown.Count >= Most)
            {
                Drop(_shown[0]);
            }

            _shown = _shown.Add(toast);
            var stay = new Stay(toast.Action is not null || toast.State == PpState.Danger ? LongStay : ShortStay);
            _stays.Add(toast, stay);
            if (!_held)
            {
                Start(toast, stay);
            }
        }

        Changed?.Invoke();
    }

    public void Show(PpState state, string text, string? detail = null) => Show(new(state, text, detail));

    public void Dismiss(Toast toast)
    {
        lock (_lock)
        {
            Drop(toast);
        }

        Changed?.Invoke();
    }

    /// <summary>The pointer or the focus is on them: time stands still.</summary>
    public void Hold()
    {
        lock (_lock)
        {
            _held = true;
            foreach (var stay in _stays.Values)
            {
                stay.Left -= time.GetElapsedTime(stay.StartedAt);
                stay.Timer?.Dispose();
                stay.Timer = null;
            }
        }
    }

    public void Release()
    {
        lock (_lock)
        {
            _held = false;
            foreach (var (toast, stay) in _stays)
            {
                Start(toast, stay);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var stay in _stays.Values)
            {
                stay.Timer?.Dispose();
            }

            _stays.Clear();
        }
    }

    private void Start(Toast toast, Stay stay)
    {
        stay.Timer?.Dispose();
        stay.StartedAt = time.GetTimestamp();
        stay.Timer = time.CreateTimer(_ => Dismiss(toast), null, stay.Left > TimeSpan.Zero ? stay.Left : TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
    }

    private void Drop(Toast toast)
    {
        if (_stays.Remove(toast, out var stay))
        {
            stay.Timer?.Dispose();
        }

        _shown = _shown.Remove(toast);
    }

    private sealed class Stay(TimeSpan left)
    {
        public TimeSpan Left { get; set; } = left;

        public long StartedAt { get; set; }

        public ITimer? Timer { get; set; }
    }
}

/// <summary>One of them; told apart by reference, for two may say the same.</summary>
internal sealed class Toast(PpState state, string text, string? detail = null)
{
    public PpState State { get; } = state;

    public string Text { get; } = text;

    public string? Detail { get; } = detail;

    /// <summary>The verb on its button: Undo, Share.</summary>
    public string? Action { get; init; }

    public Func<Task>? OnAction { get; init; }
}
