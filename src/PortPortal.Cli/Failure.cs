using System.Net.Sockets;
using System.Security.Authentication;
using PortPortal.Sdk;

namespace PortPortal.Cli;

/// <summary>Something the user can act on: what to say, and what to end with.</summary>
internal sealed class Failure(int exitCode, string message) : Exception(message)
{
    public int ExitCode => exitCode;

    /// <summary>Null for a bug, whose stack trace says more.</summary>
    public static Failure? Of(Exception exception) => exception switch
    {
        Failure failure => failure,
        PortPortalException refused => Of(refused),
        HttpRequestException { InnerException: AuthenticationException } =>
            new(ExitCodes.Unreachable, "The portal's certificate is not trusted here. Give its authority to portportal login --ca FILE, or see portportal trust."),
        HttpRequestException { InnerException: SocketException socket } =>
            new(ExitCodes.Unreachable, $"The portal does not answer ({socket.SocketErrorCode}). Is it running? See portportal doctor."),
        HttpRequestException or IOException => new(ExitCodes.Unreachable, $"The portal cannot be reached: {exception.Message}"),
        UnauthorizedAccessException => new(ExitCodes.Refused, exception.Message),
        TaskCanceledException { InnerException: TimeoutException } => new(ExitCodes.Unreachable, "The portal did not answer in time."),
        _ => null,
    };

    private static Failure Of(PortPortalException refused)
    {
        var lines = refused.Faults.Count > 1 ? string.Join(Environment.NewLine, refused.Faults.Select(fault => fault.Detail)) : refused.Message;
        var wait = refused.RetryAfter is { } after ? $" Try again in {after.TotalSeconds:0} s." : "";
        return refused.Status switch
        {
            401 => new(ExitCodes.NotAllowed, "The portal does not know this API key. Run portportal login."),
            403 => new(ExitCodes.NotAllowed, lines),
            404 => new(ExitCodes.NotFound, lines),
            _ => new(ExitCodes.Refused, $"{lines}{wait}{Remedy(refused.Code)}"),
        };
    }

    private static string Remedy(string code) => code == "name_in_use"
        ? $"{Environment.NewLine}  portportal list{Environment.NewLine}  portportal stop NAME"
        : "";
}
