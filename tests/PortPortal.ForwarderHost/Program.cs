using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PortPortal.Engine.Forwarding;
using PortPortal.ForwarderHost;
using PortPortal.TestSupport;

// One forwarder in a process of its own, so that it can live in a network namespace and die like PortPortal would.
// Usage: PortPortal.ForwarderHost <path of a Unix socket> [Auto|Nftables|Relay]
//        PortPortal.ForwarderHost tunnel <a TunnelEndPlan in JSON>: one end of a tunnel until it is told to end
//        PortPortal.ForwarderHost echo <address> <port>: a web app to visit, until it is told to end
if (args is ["echo", var address, var port])
{
    await using var echo = await EchoApp.StartAsync(IPAddress.Parse(address), int.Parse(port, CultureInfo.InvariantCulture));
    Console.WriteLine("ready");
    await Task.Delay(Timeout.Infinite);
}

if (args is ["tunnel", var end])
{
    using var ending = new CancellationTokenSource();
    using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
    {
        context.Cancel = true;
        ending.Cancel();
    });
    await TunnelEnd.RunAsync(end, ending.Token);
    return;
}

var services = new ServiceCollection();
services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
    .AddInMemoryCollection([new("Forwarding:Driver", args.ElementAtOrDefault(1) ?? "Auto")])
    .Build());
services.AddSingleton(TimeProvider.System);
services.AddLogging(logging => logging.AddSimpleConsole());
services.AddForwarding();
await using var provider = services.BuildServiceProvider();
var forwarder = provider.GetRequiredService<IPortForwarder>();
var answers = new ForwarderAnswers(forwarder);

using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
listener.Bind(new UnixDomainSocketEndPoint(args[0]));
listener.Listen(1);
Console.WriteLine($"ready: {forwarder.Status.Name}");

using var client = await listener.AcceptAsync();
await using var stream = new NetworkStream(client);
using var reader = new StreamReader(stream);
await using var writer = new StreamWriter(stream) { AutoFlush = true };
while (await reader.ReadLineAsync() is { } request)
{
    await writer.WriteLineAsync(await answers.ToAsync(request));
}
