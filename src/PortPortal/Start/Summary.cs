using Microsoft.Extensions.Options;
using PortPortal.Auth.OpenIdConnect;
using PortPortal.Engine.Certificates;
using PortPortal.Engine.Common;
using PortPortal.Engine.Data;
using PortPortal.Engine.Exposures.Pangolin;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Nodes;

namespace PortPortal.Start;

/// <summary>What the console shows once the edge answers: where to go, whom to trust, what is in force.</summary>
internal sealed class Summary(Opening opening, IPortForwarder forwarder, EdgeTunnel tunnel, PangolinWatch pangolin, PangolinSignIn pangolinSignIn, PublicAddress address, DataDirectory directory, IOptions<CertificateOptions> certificates, IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() => Console.Out.Write(Text()));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private string Text()
    {
        var lines = new List<string> { "", $"  Portal       {address.Portal}" };
        if (opening.SetUpLink is { } link)
        {
            lines.Add($"  Set up       {link}");
            lines.Add("               This link works once and creates the admin account.");
        }

        lines.AddRange(CertificateLines());
        lines.Add($"  Data         {directory.Root}");
        lines.Add($"  Forwarding   HTTP is proxied by the edge; TCP goes by {forwarder.Status.Name}");
        lines.Add($"               {forwarder.Status.Reason}");
        lines.Add($"  Tunnel       {tunnel.Status}");
        if (pangolin.IsWanted)
        {
            lines.Add($"  Pangolin     {pangolin.Problem ?? "ports are exposed there, too"}");
        }

        if (pangolinSignIn.Problem is { } problem)
        {
            lines.Add($"               {problem}");
        }

        lines.Add("");
        return string.Join(Environment.NewLine, lines) + Environment.NewLine;
    }

    private IEnumerable<string> CertificateLines()
    {
        if (certificates.Value.IsGiven)
        {
            yield return $"  Certificate  {certificates.Value.CertificatePath}";
            yield break;
        }

        var path = Path.Combine(directory.Folder("ca"), "ca.crt");
        yield return $"  Own CA       {path}";
        yield return $"               Trust it: sudo cp {path} /usr/local/share/ca-certificates/portportal.crt && sudo update-ca-certificates";
        yield return $"               Chromium: certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n PortPortal -i {path}";
    }
}
