namespace PortPortal.Benchmarks;

/// <summary>Something that answers the same kilobyte: a peer, the edge, or the upstream itself.</summary>
/// <param name="Url">Where wrk and the paced client go; its host resolves to loopback for both.</param>
/// <param name="TrustPath">The certificate to trust for it, PEM.</param>
/// <param name="Cookie">What a visitor who passed the gate brings.</param>
internal sealed record Target(string Name, Uri Url, string TrustPath, string? Cookie = null);
