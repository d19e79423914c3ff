namespace PortPortal.Sdk;

/// <summary>The portal refused: why, in a stable code and in words, with every fault of the request.</summary>
public sealed class PortPortalException : Exception
{
    /// <summary>A refusal as the portal wrote it.</summary>
    public PortPortalException(int status, string code, string message, IReadOnlyList<FaultInfo> faults, TimeSpan? retryAfter = null, Exception? inner = null)
        : base(message, inner) => (Status, Code, Faults, RetryAfter) = (status, code, faults, retryAfter);

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The stable code, such as <c>not_found</c> or <c>quota_reached</c>.</summary>
    public string Code { get; }

    /// <summary>Every fault of the request; empty where the answer named none.</summary>
    public IReadOnlyList<FaultInfo> Faults { get; }

    /// <summary>When it is worth asking again; null where the portal did not say.</summary>
    public TimeSpan? RetryAfter { get; }
}
