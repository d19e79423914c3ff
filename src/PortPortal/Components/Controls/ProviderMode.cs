namespace PortPortal.Components.Controls;

/// <summary>How people prove who they are, beside local accounts.</summary>
public enum ProviderMode
{
    OpenIdConnect,

    /// <summary>At Pangolin's own door; nothing to set here.</summary>
    Pangolin,

    None,
}
