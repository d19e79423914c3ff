using PortPortal.Engine.Certificates;
using Microsoft.Extensions.Options;

namespace PortPortal.Api;

/// <summary><c>/ca.crt</c>: the certificate of the own authority, for whoever is to trust it; not there where a certificate was given.</summary>
internal static class AuthorityApi
{
    public static void MapAuthority(this IEndpointRouteBuilder app) => app.MapGet("/ca.crt", Download).AllowAnonymous().ExcludeFromDescription();

    private static IResult Download(IOptions<CertificateOptions> options, IServiceProvider services) => options.Value.IsGiven
        ? Results.NotFound()
        : Results.File(services.GetRequiredService<CertificateAuthority>().Certificate.ExportCertificatePem().Select(letter => (byte)letter).ToArray(), "application/x-x509-ca-cert", "portportal-ca.crt");
}
