using System.Collections.Immutable;
using System.Globalization;

namespace PortPortal.Engine.Forwarding;

/// <summary>What became of a plan.</summary>
public sealed record ForwardReport
{
    /// <summary>One for each item of the plan.</summary>
    public required ImmutableArray<ForwardOutcome> Items { get; init; }

    /// <summary>What had been damaged since the last call, and was mended by this one.</summary>
    public ImmutableArray<ForwardDrift> Mended { get; init; } = [];

    /// <summary>Why nothing was changed, closings included; apply again. Null where the plan is in force.</summary>
    public string? Fault { get; init; }
}

/// <summary>What became of one forward.</summary>
/// <param name="Mark">Which one.</param>
/// <param name="Fault"><see cref="ForwardFault.None"/> where it is in force.</param>
/// <param name="Reason">In words a user can act on; also where it is in force but by another path than expected.</param>
public sealed record ForwardOutcome(uint Mark, ForwardFault Fault = ForwardFault.None, string? Reason = null)
{
    /// <summary>What carries the bytes of visitors on other machines.</summary>
    public ForwardPath Path { get; init; }

    public bool Applied => Fault == ForwardFault.None;
}

public enum ForwardPath
{
    Relay,
    Kernel,
}

public enum ForwardFault
{
    None,

    /// <summary>The plan itself is wrong; trying again does not help.</summary>
    Invalid,

    /// <summary>Another process has the public port; choose another one.</summary>
    PortInUse,

    /// <summary>The interface it is bound to does not exist yet; try again later.</summary>
    InterfaceMissing,

    /// <summary>The machine refused: no descriptors left, or the kernel's own error.</summary>
    Refused,
}

/// <summary>One difference between what was wanted and what was found.</summary>
/// <param name="Kind">Which way they differ.</param>
/// <param name="Mark">Whose, where it can be told.</param>
/// <param name="PublicPort">Which port, where it can be told.</param>
/// <param name="Wanted">As the kernel would list it; null for what should not be there.</param>
/// <param name="Found">Null for what is missing.</param>
public sealed record ForwardDrift(DriftKind Kind, uint? Mark, int? PublicPort, string? Wanted, string? Found)
{
    /// <summary>What follows "it was found that", in the past tense: the difference is reported when it is mended.</summary>
    public string InWords()
    {
        var what = PublicPort is { } port ? $"port {port.ToString(CultureInfo.InvariantCulture)}" : "the table";
        return Kind switch
        {
            DriftKind.Missing => $"{what} was missing",
            DriftKind.LeftOver => $"{what} was there without being wanted",
            _ => $"{what} had been changed",
        };
    }
}

public enum DriftKind
{
    Missing,
    LeftOver,
    Changed,
}
