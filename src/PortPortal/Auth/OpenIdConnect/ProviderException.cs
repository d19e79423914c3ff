namespace PortPortal.Auth.OpenIdConnect;

/// <summary>The provider's answer is missing, malformed or not to be trusted; the text is for the log.</summary>
internal sealed class ProviderException : Exception
{
    public ProviderException(string message)
        : base(message)
    {
    }

    public ProviderException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public ProviderException()
    {
    }
}
