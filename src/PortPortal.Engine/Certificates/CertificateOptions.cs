namespace PortPortal.Engine.Certificates;

/// <summary>The section <c>Certificates</c>: a certificate of one's own, or the bounds for those that are minted.</summary>
public sealed class CertificateOptions
{
    public const string Section = "Certificates";

    /// <summary>PEM file with the certificate first and its intermediates after it; empty: an own authority mints one per name.</summary>
    public string CertificatePath { get; set; } = "";

    /// <summary>PEM file with the unencrypted key of <see cref="CertificatePath"/>; may be the same file.</summary>
    public string KeyPath { get; set; } = "";

    /// <summary>Minted certificates kept in memory; the one unused for longest goes first.</summary>
    public int MaxCached { get; set; } = 2_048;

    /// <summary>Certificates minted per minute, for everybody together.</summary>
    public int MintedPerMinute { get; set; } = 3_000;

    /// <summary>Certificates minted per minute for one client address, so that one stranger cannot use up the minute of all.</summary>
    public int MintedPerMinuteAndAddress { get; set; } = 300;

    public bool IsGiven => CertificatePath.Length > 0;
}
