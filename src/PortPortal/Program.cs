using Microsoft.Extensions.Options;
using PortPortal.Api;
using PortPortal.Auth;
using PortPortal.Components;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.AllowLists;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Certificates;
using PortPortal.Engine.Data;
using PortPortal.Engine.Edge.Handover;
using PortPortal.Engine.Edge;
using PortPortal.Engine.Edge.Listener;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.Pangolin;
using PortPortal.Engine.Exposures.Remote;
using PortPortal.Engine.Forwarding;
using PortPortal.Engine.Mail;
using PortPortal.Engine.Nodes;
using PortPortal.Engine.Profiles;
using PortPortal.Engine.Revocations;
using PortPortal.Engine.Sessions;
using PortPortal.Engine.ShareLinks;
using PortPortal.Hubs;
using PortPortal.Start;

namespace PortPortal;

internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        try
        {
            await RunAsync(NodeHost.IsAskedFor(args) ? await NodeHost.BuildJoinedAsync(args) : Build(args));
            return 0;
        }
        catch (Exception exception) when (StartFailure.Explain(exception) is { } reasons)
        {
            await StartFailure.PrintAsync(reasons, Console.Error);
            return 2;
        }
    }

    private static async Task RunAsync(IHost host)
    {
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await host.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop before it had started.
        }
    }

    /// <param name="adapt">What a test changes before the program is put together.</param>
    internal static WebApplication Build(string[] args, Action<WebApplicationBuilder>? adapt = null)
    {
        var builder = BareHost.NewBuilder(args);
        adapt?.Invoke(builder);
        builder.Services
            .AddOpening()
            .AddData(builder.Configuration)
            .AddAudit()
            .AddMail()
            .AddAccounts()
            .AddProfiles()
            .AddAllowLists()
            .AddNodes()
            .AddSessions()
            .AddForwarding()
            .AddExposures()
            .AddRemoteSessions()
            .AddPangolin()
            .AddRevocations()
            .AddShareLinks()
            .AddCertificates()
            .AddEdgeListener()
            .AddEdge()
            .AddEdgeFeedback()
            .AddPortalAuthentication()
            .AddApi()
            .AddStatusHub()
            .AddPortal();

        var app = builder.Build();
        // Now, for later whatever asks first for one section's options would report that section alone.
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        app.UseEdge();
        app.UsePortalDefences();
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseApiProblems();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseIdempotencyKeys();
        app.UseAntiforgery();
        app.MapSignIn();
        app.MapVisits();
        app.MapApi();
        app.MapStatusHub();
        app.MapPortal();
        return app;
    }
}
