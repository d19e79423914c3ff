using Microsoft.Extensions.DependencyInjection;

namespace PortPortal.Engine.Profiles;

internal static class ProfilesRegistration
{
    public static IServiceCollection AddProfiles(this IServiceCollection services) => services.AddSingleton<ProfileBook>();
}
