namespace PortPortal.Components.Controls;

/// <summary>What the form of an identity provider holds.</summary>
public enum ProviderStanding
{
    /// <summary>There is none, and none is typed.</summary>
    None,

    /// <summary>None is wanted: people sign in another way.</summary>
    Without,

    /// <summary>The one that people sign in with.</summary>
    InForce,

    /// <summary>That one, and a check says it does not work.</summary>
    Faulty,

    /// <summary>Something else than what is in force.</summary>
    Unsaved,
}
