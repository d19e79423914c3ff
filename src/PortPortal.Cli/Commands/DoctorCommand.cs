using System.CommandLine;
using PortPortal.Cli.Diagnosis;

namespace PortPortal.Cli.Commands;

/// <summary><c>doctor</c>: goes the way of a call step by step, and says at which it breaks and what to do.</summary>
internal static class DoctorCommand
{
    public static Command New() => new Command("doctor", "Find out why something does not work.") { Options.Json }.Does(async (call, cancellationToken) =>
    {
        var findings = new List<Finding>();
        await foreach (var finding in Doctor.ExamineAsync(call.Surroundings, cancellationToken))
        {
            findings.Add(finding);
            if (!call.Json)
            {
                await call.SayAsync($"{(finding.Good ? "ok " : "BAD")}  {finding.Subject}: {finding.Detail}");
            }
        }

        if (call.Json)
        {
            await call.SayJsonAsync(findings);
        }

        if (findings.Exists(finding => !finding.Good))
        {
            throw new Failure(ExitCodes.Refused, "Something is in the way; see the lines that say BAD.");
        }
    });
}
