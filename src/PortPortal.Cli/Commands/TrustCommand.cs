using System.CommandLine;
using PortPortal.Cli.Login;
using PortPortal.Cli.Trust;

namespace PortPortal.Cli.Commands;

/// <summary><c>trust</c>: makes browsers and tools of this machine trust the portal's own authority.</summary>
internal static class TrustCommand
{
    public static Command New()
    {
        var print = new Option<bool>("--print") { Description = "Only print the commands." };
        var user = new Option<bool>("--user") { Description = "Only this user's browsers; needs no rights." };
        return new Command("trust", "Make this machine trust the portal's certificate authority.") { print, user }.Does(async (call, cancellationToken) =>
        {
            var kept = PrivateFile.Read<SignedIn>(call.Surroundings.LoginFile);
            var url = SignedIn.AddressOf(call.Surroundings, kept);
            var authority = call.Surroundings.Variable("PORTPORTAL_CA_FILE") ?? kept?.AuthorityFile ?? SignedIn.OwnAuthority(url, call.Surroundings)
                ?? throw new Failure(ExitCodes.NotFound, $"{url} has no authority of its own here: its certificate is judged by the system's.");
            foreach (var store in TrustStore.All(authority).Where(store => !call.Value(user) || store.OfUser))
            {
                await (call.Value(print) ? call.SayAsync($"# {store.Name}{Environment.NewLine}{store.CommandLine}") : AddAsync(call, store, cancellationToken));
            }
        });
    }

    private static async Task AddAsync(Call call, TrustStore store, CancellationToken cancellationToken)
    {
        if (await store.AddAsync(cancellationToken) is { } problem)
        {
            await call.SayAsideAsync($"{store.Name}: {problem} Run this yourself:");
            await call.SayAsync(store.CommandLine);
        }
        else
        {
            await call.SayAsideAsync($"{store.Name}: trusted.");
        }
    }
}
