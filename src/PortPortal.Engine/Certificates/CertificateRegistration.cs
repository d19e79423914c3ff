using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Certificates;

internal static class CertificateRegistration
{
    /// <summary>The given certificate, or the own authority in the data directory's folder <c>ca</c>.</summary>
    /// <remarks>Needs <see cref="PublicAddress"/> and <see cref="DataDirectory"/>. No authority is made where a certificate is given.</remarks>
    public static IServiceCollection AddCertificates(this IServiceCollection services)
    {
        services.AddOptions<CertificateOptions>().BindSettings(CertificateOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CertificateOptions>, CertificateOptionsValidation>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => CertificateAuthority.LoadOrCreate(
            provider.GetRequiredService<DataDirectory>().Folder("ca"),
            provider.GetRequiredService<PublicAddress>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CertificateAuthority>>()));
        services.AddSingleton<CertificateSource>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<CertificateOptions>>().Value;
            return options.IsGiven
                ? ActivatorUtilities.CreateInstance<GivenCertificate>(provider, options)
                : ActivatorUtilities.CreateInstance<MintedCertificates>(provider, options);
        });
        services.AddSingleton<CertificateSelector>();
        return services;
    }
}
