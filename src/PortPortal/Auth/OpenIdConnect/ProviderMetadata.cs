using System.Net.Http.Headers;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using PortPortal.Engine.Accounts;

namespace PortPortal.Auth.OpenIdConnect;

/// <summary>The provider's discovery document and keys: fetched when first needed, kept while the provider is down, fetched again when a key is unknown.</summary>
/// <remarks>OpenID Connect Discovery 1.0, sections 4.2 and 4.3: the document's issuer must be the one it was asked for.</remarks>
internal sealed class ProviderMetadata(string authority, HttpClient backchannel, TimeProvider time) : IConfigurationManager<OpenIdConnectConfiguration>, IDisposable
{
    public static readonly TimeSpan FreshFor = TimeSpan.FromHours(12);
    public static readonly TimeSpan UsableFor = TimeSpan.FromHours(48);
    public static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private const int MaxSize = 512 * 1024;
    private readonly SemaphoreSlim _fetching = new(1, 1);
    private volatile Known? _known;
    private volatile bool _asked;
    private DateTimeOffset _triedAt = DateTimeOffset.MinValue; // under _fetching
    private TimeSpan _pause = ShortestPause; // under _fetching

    /// <summary>The newest metadata there is.</summary>
    /// <exception cref="ProviderException">There is none that may still be used.</exception>
    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        if (_known is { } known && !_asked && time.GetUtcNow() - known.At < FreshFor)
        {
            return known.Configuration;
        }

        await _fetching.WaitAsync(cancel);
        try
        {
            await RefetchAsync(cancel);
        }
        finally
        {
            _fetching.Release();
        }

        return _known is { } found && time.GetUtcNow() - found.At < UsableFor
            ? found.Configuration
            : throw new ProviderException("The identity provider cannot be reached.");
    }

    /// <summary>Asks for a fetch at the next use, at most one per pause: a stranger's invented key id must not make us hammer the provider.</summary>
    public void RequestRefresh() => _asked = true;

    public void Dispose() => _fetching.Dispose();

    private async Task RefetchAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if ((_known is { } known && !_asked && now - known.At < FreshFor) || now - _triedAt < _pause)
        {
            return;
        }

        _triedAt = now;
        try
        {
            _known = new(await FetchAsync(cancellationToken), now);
            (_asked, _pause) = (false, ShortestPause);
        }
        catch (Exception exception) when (_known is not null && !cancellationToken.IsCancellationRequested && IsTrouble(exception))
        {
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && IsTrouble(exception))
        {
            _triedAt = DateTimeOffset.MinValue; // nothing to fall back on: the next person tries again
            throw new ProviderException("The identity provider's discovery document could not be read.", exception);
        }
    }

    private static bool IsTrouble(Exception exception) =>
        exception is HttpRequestException or IOException or OperationCanceledException or ProviderException or ArgumentException or System.Text.Json.JsonException;

    private async Task<OpenIdConnectConfiguration> FetchAsync(CancellationToken cancellationToken)
    {
        var document = await ReadAsync(authority.TrimEnd('/') + "/.well-known/openid-configuration", cancellationToken);
        var configuration = OpenIdConnectConfiguration.Create(document);
        if (configuration.Issuer != authority && configuration.Issuer != authority.TrimEnd('/'))
        {
            throw new ProviderException($"The discovery document names another issuer, {configuration.Issuer}.");
        }

        Check(configuration.AuthorizationEndpoint, "authorization_endpoint", required: true);
        Check(configuration.TokenEndpoint, "token_endpoint", required: true);
        Check(configuration.JwksUri, "jwks_uri", required: true);
        Check(configuration.UserInfoEndpoint, "userinfo_endpoint", required: false);
        Check(configuration.EndSessionEndpoint, "end_session_endpoint", required: false);
        var keys = new JsonWebKeySet(await ReadAsync(configuration.JwksUri, cancellationToken));

        // Only public keys: a shared secret in this document would be known to everybody.
        foreach (var key in keys.Keys.Where(key => key.Kty is "RSA" or "EC" && key.Use is null or "" or "sig"))
        {
            configuration.SigningKeys.Add(key);
        }

        return configuration;
    }

    private async Task<string> ReadAsync(string address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await backchannel.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await response.Content.LoadIntoBufferAsync(MaxSize, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    private static void Check(string? endpoint, string name, bool required)
    {
        if (string.IsNullOrEmpty(endpoint) ? required : !Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || !OidcOptionsValidation.IsSafe(uri))
        {
            throw new ProviderException($"The discovery document's {name} is missing or unsafe.");
        }
    }

    private sealed record Known(OpenIdConnectConfiguration Configuration, DateTimeOffset At);
}
