using System.CommandLine;
using PortPortal.Cli.Login;
using PortPortal.Cli.Output;
using PortPortal.Sdk;

namespace PortPortal.Cli;

/// <summary>One run of one command: what was typed, where it speaks, and the portal it is about.</summary>
internal sealed class Call(ParseResult parsed) : IDisposable
{
    private PortPortalClient? _client;

    /// <summary>What a script wants; one thing a line.</summary>
    public TextWriter Out { get; } = Console.Out;

    /// <summary>What a person wants beside it.</summary>
    public TextWriter Aside { get; } = Console.Error;

    public Surroundings Surroundings { get; } = Surroundings.OfProcess();

    /// <summary>What the command ends with where nothing went wrong; another program's own, where it ran one.</summary>
    public int ExitCode { get; set; } = ExitCodes.Done;

    public bool Json => parsed.GetValue(Options.Json);

    /// <summary>The portal that one is signed in to.</summary>
    /// <exception cref="Failure">No key is to be had.</exception>
    public PortPortalClient Client => _client ??= SignedIn.Find(Surroundings).NewClient();

    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    public T Value<T>(Argument<T> argument) => parsed.GetValue(argument)!;

    public Task SayAsync(string line) => Out.WriteLineAsync(line);

    public Task SayAsideAsync(string line) => Aside.WriteLineAsync(line);

    public Task SayJsonAsync<T>(T value) => Out.WriteLineAsync(JsonText.Of(value));

    public void Dispose() => _client?.Dispose();
}

internal static class CommandAction
{
    /// <summary>Runs <paramref name="action"/> and turns whatever goes wrong into words and an exit code.</summary>
    public static Command Does(this Command command, Func<Call, CancellationToken, Task> action)
    {
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var call = new Call(parsed);
            try
            {
                await action(call, cancellationToken);
                return call.ExitCode;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return ExitCodes.Done;
            }
            catch (Exception exception) when (Failure.Of(exception) is { } failure)
            {
                await call.SayAsideAsync(Plain.Text(failure.Message));
                return failure.ExitCode;
            }
        });
        return command;
    }
}
