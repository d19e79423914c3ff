using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace PortPortal.Engine.Certificates;

/// <summary>What an authority may sign: names beneath a few domains, and no IP address at all (RFC 5280, section 4.2.1.10).</summary>
internal static class NameConstraints
{
    private const string Oid = "2.5.29.30";
    private static readonly Asn1Tag Permitted = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag Excluded = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag IpAddress = new(TagClass.ContextSpecific, 7);

    public static X509Extension Create(IEnumerable<string> domains)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(Permitted))
            {
                foreach (var domain in domains)
                {
                    using var subtree = writer.PushSequence();
                    writer.WriteCharacterString(UniversalTagNumber.IA5String, domain, DnsName);
                }
            }

            using (writer.PushSequence(Excluded))
            {
                // Address and mask of zeros: 0.0.0.0/0 and ::/0.
                foreach (var everyAddress in new[] { new byte[8], new byte[32] })
                {
                    using var subtree = writer.PushSequence();
                    writer.WriteOctetString(everyAddress, IpAddress);
                }
            }
        }

        return new X509Extension(Oid, writer.Encode(), critical: true);
    }

    /// <summary>The domains that <paramref name="authority"/> may sign for; null where nothing limits it.</summary>
    public static IReadOnlyList<string>? DomainsOf(X509Certificate2 authority)
    {
        if (authority.Extensions.FirstOrDefault(extension => extension.Oid?.Value == Oid) is not { } found)
        {
            return null;
        }

        var constraints = new AsnReader(found.RawData, AsnEncodingRules.DER).ReadSequence();
        var domains = new List<string>();
        if (constraints.HasData && constraints.PeekTag().HasSameClassAndValue(Permitted))
        {
            var subtrees = constraints.ReadSequence(Permitted);
            while (subtrees.HasData)
            {
                var subtree = subtrees.ReadSequence();
                if (subtree.PeekTag().HasSameClassAndValue(DnsName))
                {
                    domains.Add(subtree.ReadCharacterString(UniversalTagNumber.IA5String, DnsName));
                }
            }
        }

        return domains;
    }
}
