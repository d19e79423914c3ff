using Microsoft.Extensions.Options;
using PortPortal.Engine.Agent;
using PortPortal.Engine.Data;
using PortPortal.Engine.Forwarding;

namespace PortPortal.Start;

/// <summary>The program as a node: no portal, no edge, no database; it is told what to do.</summary>
internal static class NodeHost
{
    public const string Role = "node";
    private const string Portal = "portal,edge";

    private static string Root => Directory.Exists(Path.Combine(AppContext.BaseDirectory, "wwwroot")) ? AppContext.BaseDirectory : Directory.GetCurrentDirectory();

    /// <summary>True where this start is a node's.</summary>
    /// <exception cref="OptionsValidationException">The role is none.</exception>
    public static bool IsAskedFor(string[] args)
    {
        var configuration = new ConfigurationBuilder();
        configuration.SetBasePath(Root).AddJsonFile("appsettings.json", optional: true).AddPortPortalSettings(args);
        return configuration.Build()["Role"] switch
        {
            Role => true,
            null or "" or Portal or "edge,portal" or "all" => false,
            var other => throw new OptionsValidationException("Role", typeof(string), [$"--role (Role) takes '{Portal}' or '{Role}'; it is '{other}'."]),
        };
    }

    /// <summary>A host that has only to be run: a machine that cannot join says why in one sentence, before any of its services begins.</summary>
    /// <exception cref="InvalidDataException">It cannot join; the message says what to do.</exception>
    public static async Task<IHost> BuildJoinedAsync(string[] args)
    {
        var host = Build(args);
        try
        {
            host.Services.GetRequiredService<IStartupValidator>().Validate();
            await host.Services.GetRequiredService<NodeAgent>().JoinAsync(CancellationToken.None);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public static IHost Build(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = Root });
        builder.Configuration.AddPortPortalSettings(args);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(12));
        builder.Services.AddAgent(builder.Configuration);
        builder.Services.AddHostedService<NodeSummary>();
        return builder.Build();
    }
}

/// <summary>What the console shows once the machine has joined.</summary>
internal sealed class NodeSummary(NodeAgent agent, DataDirectory directory, IPortForwarder forwarder, IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() => Console.Out.Write(Text()));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private string Text() => string.Join(Environment.NewLine,
    [
        "",
        $"  Node         {agent.Membership?.Name} ({agent.Membership?.Id})",
        $"  Portal       {agent.Membership?.Portal}",
        $"  Forwarding   {forwarder.Status.Name}: {forwarder.Status.Reason}",
        $"  Data         {directory.Root}",
        "",
        "",
    ]);
}
