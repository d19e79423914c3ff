using System.Net;

namespace PortPortal.Engine.Forwarding.Nftables;

/// <summary>One element of a set as <c>nft</c> lists it, numbers only; the text is its identity.</summary>
internal sealed record NftElement(NftSet Set, string Key, string Value = "")
{
    public override string ToString() => $"{Set.Name} {{ {(Value.Length == 0 ? Key : $"{Key} : {Value}")} }}";

    public static string MarkText(uint mark) => $"0x{NftTable.MarkPrefix | mark:x8}";

    /// <summary>The forward's identity out of <see cref="MarkText"/>; null for a mark that is not ours.</summary>
    public static uint? MarkOf(string text)
    {
        var mark = Convert.ToUInt32(text, 16);
        return (mark & ~PlannedForward.MaxMark) == NftTable.MarkPrefix ? mark & PlannedForward.MaxMark : null;
    }

    /// <summary>A network of one address is listed without its length.</summary>
    public static string NetworkText(IPNetwork network) =>
        network.PrefixLength == network.BaseAddress.GetAddressBytes().Length * 8 ? network.BaseAddress.ToString() : network.ToString();
}
