namespace PortPortal.Components.Controls;

/// <summary>What the form of an identity provider holds.</summary>
public enum ProviderStanding
{
    None,

    /// <summary>The one that people sign in with.</summary>
    InForce,

    /// <summary>That one, and a check says it does not work.</summary>
    Faulty,

    /// <summary>Another one, looked at only.</summary>
    Trial,
}
