using System.Collections.Frozen;

namespace PortPortal.Engine.Profiles;

/// <summary>The policy and every profile by its name, in memory: reading one waits for nothing.</summary>
/// <remarks>Whoever changes them in the database calls <see cref="Replace"/> after committing, before answering.</remarks>
public sealed class ProfileBook
{
    private volatile Edition _now = new(new PortalPolicy(), BuiltIn);

    /// <summary>What a new portal begins with; <c>strict</c> is PandaStack's documented limit.</summary>
    public static IReadOnlyList<Profile> BuiltIn { get; } =
    [
        new() { Name = Profile.DefaultName, Note = "For whoever names no other" },
        new() { Name = "strict", Note = "One request a second", RequestsPerSecond = 1, RequestBurst = 10 },
    ];

    /// <summary>Raised after a change is in force.</summary>
    public event Action? Changed;

    public PortalPolicy Policy => _now.Policy;

    /// <summary>As they were written, the default first; the policy may be narrower.</summary>
    public IReadOnlyList<Profile> All => _now.Written;

    /// <summary>The profile of that name as it is in force; the default one where there is none.</summary>
    public Profile Of(string? name) => _now.Of(name);

    /// <summary>The same under another policy: what would be in force.</summary>
    public Profile Of(string? name, PortalPolicy policy) => policy.Narrow(Find(name) ?? Find(Profile.DefaultName)!);

    /// <summary>As it was written; null where there is none.</summary>
    public Profile? Find(string? name) => _now.Written.FirstOrDefault(profile => profile.Name == name);

    internal void Replace(PortalPolicy policy, IEnumerable<Profile> profiles)
    {
        _now = new(policy, [.. profiles.OrderBy(profile => !profile.IsDefault).ThenBy(profile => profile.Name, StringComparer.Ordinal)]);
        Changed?.Invoke();
    }

    private sealed class Edition(PortalPolicy policy, IReadOnlyList<Profile> written)
    {
        private readonly FrozenDictionary<string, Profile> _inForce = written.Select(policy.Narrow).ToFrozenDictionary(profile => profile.Name, StringComparer.Ordinal);

        public PortalPolicy Policy => policy;

        public IReadOnlyList<Profile> Written => written;

        public Profile Of(string? name) => name is not null && _inForce.TryGetValue(name, out var profile) ? profile : _inForce[Profile.DefaultName];
    }
}
