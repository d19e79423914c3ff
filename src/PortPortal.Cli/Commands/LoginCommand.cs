using System.CommandLine;
using PortPortal.Cli.Login;
using Spectre.Console;

namespace PortPortal.Cli.Commands;

/// <summary><c>login [url]</c>: keeps address, key and authority, once the portal has answered to them.</summary>
internal static class LoginCommand
{
    public static Command New()
    {
        var url = new Argument<string?>("url") { Description = "The portal, such as https://portal.fleet.example.com; without it, this machine's.", Arity = ArgumentArity.ZeroOrOne };
        var authority = new Option<FileInfo?>("--ca") { Description = "The certificate authority to trust, PEM; without it, the system's, or that of a portal on this machine." };
        return new Command("login", "Sign in with an API key, read from standard input or asked for; never from the command line.") { url, authority }.Does(async (call, cancellationToken) =>
        {
            // 1 where to, and whom to trust
            var typed = call.Value(url);
            var address = typed is null ? SignedIn.AddressOf(call.Surroundings, kept: null) : SignedIn.ParseUrl(typed)
                ?? throw new Failure(ExitCodes.WrongUse, "url begins with https://, such as https://portal.fleet.example.com.");
            var file = call.Value(authority)?.FullName ?? call.Surroundings.Variable("PORTPORTAL_CA_FILE") ?? SignedIn.OwnAuthority(address, call.Surroundings);
            if (file is not null && !File.Exists(file))
            {
                throw new Failure(ExitCodes.WrongUse, $"There is no certificate authority at {file}.");
            }

            // 2 as whom
            var key = await ReadKeyAsync(cancellationToken);
            var signedIn = new SignedIn { Url = address, ApiKey = key, AuthorityFile = file };

            // 3 kept only if it works
            using var client = signedIn.NewClient();
            await client.ListSessionsAsync(cancellationToken: cancellationToken);
            PrivateFile.Write(call.Surroundings.LoginFile, signedIn);
            await call.SayAsideAsync($"Signed in to {address}.");
        });
    }

    private static async Task<string> ReadKeyAsync(CancellationToken cancellationToken)
    {
        var key = Console.IsInputRedirected
            ? (await Console.In.ReadLineAsync(cancellationToken))?.Trim()
            : await new TextPrompt<string>("API key:").Secret().ShowAsync(AnsiConsole.Console, cancellationToken);
        return key is { Length: > 3 } && key.StartsWith("pp_", StringComparison.Ordinal) && key.All(char.IsAscii) && !key.Any(char.IsWhiteSpace)
            ? key
            : throw new Failure(ExitCodes.WrongUse, "An API key begins with pp_. Make one in the portal's settings, and give it on standard input.");
    }
}
