using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace PortPortal.Engine.Mail;

internal static class MailRegistration
{
    public static IServiceCollection AddMail(this IServiceCollection services)
    {
        services.AddOptions<MailOptions>().BindConfiguration(MailOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MailOptions>, MailOptionsValidation>());
        services.AddSingleton<Outbox>();
        services.AddSingleton<IMailSender, SmtpSender>();
        services.AddSingleton<MailQueue>();
        services.AddSingleton<MailTest>();
        services.AddHostedService(provider => provider.GetRequiredService<MailQueue>());
        return services;
    }
}
