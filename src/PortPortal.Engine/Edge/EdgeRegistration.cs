using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Audit;
using PortPortal.Engine.Edge.Gates;
using PortPortal.Engine.Edge.Grants;
using PortPortal.Engine.Edge.Handover;
using PortPortal.Engine.Edge.Index;
using PortPortal.Engine.Edge.Links;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Edge.Upstream;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Exposures.AccessRequests;
using PortPortal.Engine.Exposures.Remote;

namespace PortPortal.Engine.Edge;

internal static class EdgeRegistration
{
    /// <summary>The way of a visitor's request. Needs the listener, audit, mail, exposures, share links, revocations, accounts and Data Protection.</summary>
    public static IServiceCollection AddEdge(this IServiceCollection services)
    {
        services.AddSingleton<EdgeAdmission>();
        services.AddSingleton<RouteLimits>();
        services.AddSingleton(provider => new EdgeRouteTable(
            provider.GetRequiredService<ExposureFeed>(),
            provider.GetRequiredService<ExposureDials>().Permits,
            provider.GetRequiredService<RouteLimits>().Of,
            provider.GetRequiredService<RemoteDials>().DialerOf));
        services.AddSingleton(provider => new CallBacks(provider.GetRequiredService<SessionPeers>().IsSession));
        services.AddSingleton<UpstreamForwarder>();
        services.AddSingleton<VisitorOrigins>();

        services.AddSingleton<GrantCookie>();
        services.AddSingleton<EdgeGate>();
        services.AddSingleton<IVisitorAccounts, AccountVisitors>();
        services.AddSingleton<VisitState>();
        services.AddSingleton<VisitCodes>();
        services.AddSingleton(provider => new OneTimeCodes<LinkVisit>(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ViaCookie>();
        services.AddSingleton<ShareEntrance>();
        services.AddSingleton<LinkArrival>();
        services.AddSingleton<PreviewEntrance>();
        services.AddHostedService<LinkRevocation>();
        services.AddSingleton<KeyHolder>(provider => (context, key) => provider.GetRequiredService<ApiKeyService>().Recognise(key) is { } id
            ? provider.GetRequiredService<AccountDirectory>().FindActor(AccountClaims.Key(id, PeerAddress.Text(context), "ApiKey"))
            : null);
        services.AddSingleton<EdgeIndex>();

        services.AddSingleton<AskForAccess>(provider => (exposureId, email, name, from, stop) => provider.GetRequiredService<AccessRequestService>().AskAsync(exposureId, email, name, from, stop));
        services.AddSingleton<AskGate>();
        services.AddSingleton<GateEntrance>();
        services.AddSingleton<GuessLimits>();
        services.AddSingleton<GateLockFeed>();
        services.AddSingleton<PinGate>();
        services.AddSingleton<EmailCodes>();
        services.AddSingleton<EmailGate>();
        services.AddSingleton<EdgeEndpoints>();
        services.AddSingleton<EdgeRefusals>();

        services.AddSingleton<EdgeConnections>();
        services.AddSingleton<VisitorService>();
        services.AddSingleton<VisitorFeed>();
        services.AddSingleton<TrafficFeed>();
        services.AddSingleton(provider => new VisitAudit(provider.GetRequiredService<AuditSpool>().Add, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Revocation>();
        services.AddHostedService(provider => provider.GetRequiredService<Revocation>());
        services.AddHostedService<EdgePulse>();
        return services;
    }

    /// <summary>What the edge sees acts back on the ports. Needs the edge and the exposures' service.</summary>
    public static IServiceCollection AddEdgeFeedback(this IServiceCollection services)
    {
        services.AddHostedService<IdleClosing>();
        services.AddHostedService<AppAnswers>();
        return services;
    }

    /// <summary>Puts the edge before everything else: what gets past it is for the portal.</summary>
    public static IApplicationBuilder UseEdge(this IApplicationBuilder app) => app.UseMiddleware<EdgeMiddleware>();
}
