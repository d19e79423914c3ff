using System.CommandLine;
using System.Globalization;

namespace PortPortal.Cli.Commands;

/// <summary><c>preview-url SESSION PORT --ttl 1h</c>: a URL that admits by itself; its end goes to standard error.</summary>
internal static class PreviewUrlCommand
{
    public static Command New()
    {
        var session = Options.Session();
        var port = new Argument<int>("port") { Description = "The port in the session, 1–65535." };
        port.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 65535))
            {
                result.AddError("port is a whole number from 1 to 65535.");
            }
        });
        var ttl = Options.Duration("--ttl", "How long it admits; 1h where it is left out, 7d at most.");
        return new Command("preview-url", "Make a signed preview URL.") { session, port, ttl, Options.Json }.Does(async (call, cancellationToken) =>
        {
            var preview = await call.Client.Session(RunId.ToSession(call.Value(session))).SignedPreviewUrlAsync(call.Value(port), call.Value(ttl), cancellationToken);
            if (call.Json)
            {
                await call.SayJsonAsync(preview);
                return;
            }

            await call.SayAsync(preview.Url.ToString());
            await call.SayAsideAsync(string.Create(CultureInfo.InvariantCulture, $"expires {preview.ExpiresAt.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ}"));
        });
    }
}
