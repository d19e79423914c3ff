using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Auth.Passkeys;

internal static class PasskeyRegistration
{
    /// <summary>Passkeys by Identity's own handler, for the portal's host and nothing below or above it.</summary>
    public static IServiceCollection AddPasskeys(this IServiceCollection services)
    {
        services.AddScoped<IPasskeyHandler<User>, PasskeyHandler<User>>();
        services.AddScoped<PasskeyService>();
        services.AddSingleton<PasskeyState>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<PublicAddress>((passkeys, address) =>
        {
            passkeys.ServerDomain = address.PortalHost;
            passkeys.UserVerificationRequirement = "required";
            passkeys.ResidentKeyRequirement = "required"; // signing in asks for no name, so the key must know it
            passkeys.AuthenticatorTimeout = PasskeyState.Lifetime;
            var origin = address.Portal.GetLeftPart(UriPartial.Authority);
            passkeys.ValidateOrigin = context => ValueTask.FromResult(context.Origin == origin && !context.CrossOrigin);
        });
        return services;
    }
}
