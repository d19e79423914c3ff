using Microsoft.Extensions.Options;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Mail;

/// <summary>Finds everything wrong with the section <c>Smtp</c> at once.</summary>
internal sealed class MailOptionsValidation : IValidateOptions<MailOptions>
{
    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        if (options.Host.Length == 0)
        {
            return ValidateOptionsResult.Success;
        }

        var faults = new List<string>();
        if (options.Port is < 1 or > 65_535)
        {
            faults.Add($"Smtp:Port takes a whole number from 1 to 65535; it is {options.Port}.");
        }

        if (!EmailAddress.TryParse(options.From, out _))
        {
            faults.Add($"Smtp:From takes the sender's address, such as portportal@example.com; it is '{options.From}'.");
        }

        if (options.User.Length > 0 != options.Password.Length > 0)
        {
            faults.Add("Smtp:User and Smtp:Password are given both or not at all.");
        }

        if (!Enum.IsDefined(options.Security))
        {
            faults.Add("Smtp:Security takes StartTls or None.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
