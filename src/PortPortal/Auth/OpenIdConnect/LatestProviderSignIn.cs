using PortPortal.Engine.Common;

namespace PortPortal.Auth.OpenIdConnect;

/// <summary>When the provider last vouched for somebody, on trial or in earnest, since PortPortal started.</summary>
internal sealed class LatestProviderSignIn(TimeProvider time) : ILiveSource
{
    private volatile Tuple<string, DateTimeOffset>? _latest;

    public event Action? Changed;

    public void Record(string issuer)
    {
        _latest = new(issuer, time.GetUtcNow());
        Changed?.Invoke();
    }

    /// <summary>Null where that provider has vouched for nobody yet.</summary>
    public DateTimeOffset? Of(string issuer) => _latest is { } latest && latest.Item1 == issuer ? latest.Item2 : null;
}
