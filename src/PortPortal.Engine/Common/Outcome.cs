using System.Diagnostics.CodeAnalysis;

namespace PortPortal.Engine.Common;

/// <summary>A value, or every reason why there is none.</summary>
public sealed class Outcome<T>
    where T : notnull
{
    private Outcome(T? value, IReadOnlyList<Refusal> refusals) => (Value, Refusals) = (value, refusals);

    public T? Value { get; }

    /// <summary>The same reasons in place of another value.</summary>
    public Outcome<TOther> Refused<TOther>()
        where TOther : notnull => Outcome<TOther>.Of(Refusals);

    internal static Outcome<T> Of(IReadOnlyList<Refusal> refusals) => new(default, refusals);

    /// <summary>All faults at once; empty exactly when there is a value.</summary>
    public IReadOnlyList<Refusal> Refusals { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    public bool Succeeded => Refusals.Count == 0;

    public static implicit operator Outcome<T>(T value) => new(value, []);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, [refusal]);

    public static implicit operator Outcome<T>(Faults refusals) => refusals.Count > 0
        ? new(default, refusals)
        : throw new ArgumentException("A refused outcome names at least one reason.", nameof(refusals));
}
