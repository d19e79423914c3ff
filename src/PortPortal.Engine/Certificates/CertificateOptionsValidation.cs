using Microsoft.Extensions.Options;

namespace PortPortal.Engine.Certificates;

/// <summary>Finds everything wrong with the section <c>Certificates</c> at once.</summary>
internal sealed class CertificateOptionsValidation : IValidateOptions<CertificateOptions>
{
    public ValidateOptionsResult Validate(string? name, CertificateOptions options)
    {
        var faults = new List<string>();
        if (options.CertificatePath.Length == 0 != (options.KeyPath.Length == 0))
        {
            faults.Add("Certificates:CertificatePath and Certificates:KeyPath are set together, to two PEM files, or not at all.");
        }
        else if (options.IsGiven && PemCertificate.Load(options.CertificatePath, options.KeyPath) is { Fault: { } fault })
        {
            faults.Add($"Certificates:CertificatePath and Certificates:KeyPath take a PEM certificate and its unencrypted PEM key: {fault}.");
        }

        InRange(nameof(options.MaxCached), options.MaxCached, 16, 100_000);
        InRange(nameof(options.MintedPerMinute), options.MintedPerMinute, 1, 100_000);
        InRange(nameof(options.MintedPerMinuteAndAddress), options.MintedPerMinuteAndAddress, 1, 100_000);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void InRange(string setting, int value, int from, int to)
        {
            if (value < from || value > to)
            {
                faults.Add($"Certificates:{setting} takes a whole number from {from} to {to}; it is {value}.");
            }
        }
    }
}
