using System.Diagnostics.CodeAnalysis;

namespace PortPortal.Engine.Tunnels.WireGuard;

/// <summary>A public key as people and <c>wg</c> write it: 32 bytes in base64.</summary>
public sealed record WireGuardKey
{
    private WireGuardKey(string text) => Text = text;

    public string Text { get; }

    /// <summary>As the control socket writes it.</summary>
    internal string Hex => Convert.ToHexStringLower(Convert.FromBase64String(Text));

    /// <summary>False for anything but 32 bytes in canonical base64, and for the key of all zeros, which stands for none.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out WireGuardKey? key)
    {
        Span<byte> bytes = stackalloc byte[48];
        key = text is { Length: 44 } && Convert.TryFromBase64String(text, bytes, out var count) && count == Curve25519.KeyLength
            && bytes[..count].ContainsAnyExcept((byte)0) && Convert.ToBase64String(bytes[..count]) == text
            ? new(text)
            : null;
        return key is not null;
    }

    public override string ToString() => Text;

    internal static WireGuardKey Of(ReadOnlySpan<byte> bytes) => new(Convert.ToBase64String(bytes));
}
