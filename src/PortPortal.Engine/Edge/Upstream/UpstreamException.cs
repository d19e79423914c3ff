namespace PortPortal.Engine.Edge.Upstream;

/// <summary>Carries the reason why an exchange ended early from where it is known to <see cref="UpstreamForwarder.SendAsync"/>, which turns it into a result.</summary>
internal sealed class UpstreamException(ForwardOutcome outcome, string detail, Exception? cause = null) : IOException(detail, cause)
{
    public ForwardOutcome Outcome => outcome;
}
