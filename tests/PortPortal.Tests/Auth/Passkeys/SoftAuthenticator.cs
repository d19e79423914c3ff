using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace PortPortal.Tests.Auth.Passkeys;

/// <summary>An authenticator in software: one discoverable ES256 key, the user always verified (WebAuthn 3, sections 6.1 and 6.5).</summary>
internal sealed class SoftAuthenticator
{
    private const byte Present = 0x01;
    private const byte Verified = 0x04;
    private const byte HasKey = 0x40;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _id = RandomNumberGenerator.GetBytes(16);
    private uint _count;

    public string Origin { get; set; } = "https://portal.fleet.test:8443";

    public string RpId { get; set; } = "portal.fleet.test";

    public bool UserVerified { get; set; } = true;

    public byte[] UserHandle { get; set; } = [];

    public object Create(JsonElement options)
    {
        UserHandle = WebEncoders.Base64UrlDecode(options.GetProperty("user").GetProperty("id").GetString()!);
        var client = ClientData("webauthn.create", options);
        byte[] attested = [.. new byte[16], 0, (byte)_id.Length, .. _id, .. CoseKey()];
        byte[] statement = [0xA3, .. Text("fmt"), .. Text("none"), .. Text("attStmt"), 0xA0, .. Text("authData"), .. Bytes([.. Head(HasKey), .. attested])];
        return new
        {
            id = WebEncoders.Base64UrlEncode(_id),
            rawId = WebEncoders.Base64UrlEncode(_id),
            type = "public-key",
            clientExtensionResults = new { },
            response = new
            {
                clientDataJSON = WebEncoders.Base64UrlEncode(client),
                attestationObject = WebEncoders.Base64UrlEncode(statement),
                transports = new[] { "internal" },
            },
        };
    }

    public object Get(JsonElement options)
    {
        _count++;
        var client = ClientData("webauthn.get", options);
        var head = Head(0);
        byte[] signed = [.. head, .. SHA256.HashData(client)];
        return new
        {
            id = WebEncoders.Base64UrlEncode(_id),
            rawId = WebEncoders.Base64UrlEncode(_id),
            type = "public-key",
            clientExtensionResults = new { },
            response = new
            {
                clientDataJSON = WebEncoders.Base64UrlEncode(client),
                authenticatorData = WebEncoders.Base64UrlEncode(head),
                signature = WebEncoders.Base64UrlEncode(_key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
                userHandle = WebEncoders.Base64UrlEncode(UserHandle),
            },
        };
    }

    private byte[] ClientData(string type, JsonElement options) =>
        JsonSerializer.SerializeToUtf8Bytes(new { type, challenge = options.GetProperty("challenge").GetString(), origin = Origin, crossOrigin = false });

    private byte[] Head(byte more)
    {
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, _count);
        return [.. SHA256.HashData(Encoding.ASCII.GetBytes(RpId)), (byte)(Present | (UserVerified ? Verified : 0) | more), .. count];
    }

    /// <remarks>RFC 9053, section 7.1.1: an EC2 key on P-256 for ES256.</remarks>
    private byte[] CoseKey()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        return [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, .. Bytes(point.X!), 0x22, .. Bytes(point.Y!)];
    }

    private static byte[] Text(string text) => [(byte)(0x60 + text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Bytes(byte[] bytes) => [0x58, (byte)bytes.Length, .. bytes];
}
