using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;

namespace PortPortal.Engine.Accounts;

internal static class AccountsRegistration
{
    /// <summary>Accounts, sign-ins and API keys; needs the Data slice, a <see cref="Common.PublicAddress"/> and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddOptions<AccountsOptions>().BindSettings(AccountsOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AccountsOptions>, AccountsOptionsValidation>());
        services.AddOptions<OidcOptions>().BindSettings(OidcOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OidcOptions>, OidcOptionsValidation>());
        services.AddSingleton(provider => ProviderFile.Of(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<IOptionsChangeTokenSource<OidcOptions>, ProviderFileChanges>();
        services.AddSingleton<ProviderService>();
        services.Configure<PasswordHasherOptions>(hashing => hashing.IterationCount = Passwords.Iterations);
        services.AddIdentityCore<User>(identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3)
            .AddUserStore<UserOnlyStore<User, PortPortalDbContext, string>>();

        // AccountRules judge, all at once; Identity would judge again with rules of its own.
        services.RemoveAll<IUserValidator<User>>();

        services.AddSingleton<IPasswordHasher<User>, PasswordHasher<User>>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<AccountDirectory>();
        services.AddSingleton<SignInService>();
        services.AddSingleton<SetUp>();
        services.AddSingleton<AccountLinks>();
        services.AddSingleton<UserService>();
        services.AddSingleton<Invitations>();
        services.AddSingleton<OwnAccount>();
        services.AddSingleton<ExternalAccounts>();
        services.AddSingleton<ApiKeyService>();
        services.AddSingleton<ApiKeyUse>();
        services.AddHostedService(provider => provider.GetRequiredService<ApiKeyUse>());
        return services;
    }
}
