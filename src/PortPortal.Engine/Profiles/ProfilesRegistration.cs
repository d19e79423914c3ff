using Microsoft.Extensions.DependencyInjection;

namespace PortPortal.Engine.Profiles;

internal static class ProfilesRegistration
{
    /// <summary>Add it before the sessions: their limits are read from the first moment on.</summary>
    public static IServiceCollection AddProfiles(this IServiceCollection services)
    {
        services.AddSingleton<ProfileBook>();
        services.AddHostedService<ProfileLoader>();
        return services;
    }
}
