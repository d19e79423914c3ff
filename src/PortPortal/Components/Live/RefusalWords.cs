using PortPortal.Engine.Common;

namespace PortPortal.Components.Live;

/// <summary>Refusals name a field as JSON spells it; on a screen the sentence begins like one.</summary>
internal static class RefusalWords
{
    public static string AsSentence(this Refusal refusal) => refusal.Detail.Length == 0 ? "" : char.ToUpperInvariant(refusal.Detail[0]) + refusal.Detail[1..];
}
