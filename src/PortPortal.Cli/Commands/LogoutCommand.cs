using System.CommandLine;

namespace PortPortal.Cli.Commands;

/// <summary><c>logout</c>: forgets the kept key; the key itself goes on living until it is revoked in the portal.</summary>
internal static class LogoutCommand
{
    public static Command New() => new Command("logout", "Forget the kept API key.").Does(async (call, _) =>
    {
        var kept = File.Exists(call.Surroundings.LoginFile);
        File.Delete(call.Surroundings.LoginFile);
        await call.SayAsideAsync(kept ? "Signed out. Revoke the key in the portal if nobody needs it any more." : "Nobody was signed in.");
    });
}
