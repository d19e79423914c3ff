using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using PortPortal.Api.Compatibility;
using PortPortal.Auth;
using PortPortal.Engine.Common;
using PortPortal.Engine.Idempotency;
using PortPortal.Wire;

namespace PortPortal.Api;

internal static class ApiRegistration
{
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddSingleton<StatusEvents>();
        services.AddSingleton<StoredAnswers>();
        services.AddOptions<ApiOptions>().BindSettings(ApiOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ApiOptions>, ApiOptionsValidation>();
        services.AddSingleton<CallLimits>();
        services.AddOpenApi();
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
        return services;
    }

    public static void MapApi(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi().AllowAnonymous();
        app.MapHealth();
        var v1 = app.MapGroup("/v1").RequireAuthorization(Policies.Viewer).RequireMembersToChange().AddEndpointFilter<FailureFilter>().AddEndpointFilter<CallLimitFilter>();
        v1.MapSessions();
        v1.MapPorts();
        v1.MapShareLinks();
        v1.MapPreviewLinks();
        v1.MapConnections();
        v1.MapListeners();
        v1.MapPortHealth();
        v1.MapSandboxes();
        v1.MapEvents();
        v1.MapApiKeys();
        v1.MapAccessRequests();
        v1.MapAllowLists();
        v1.MapNodeMembership();
        v1.MapPolicy();
        v1.MapProfiles();
        v1.MapUsers();
        v1.MapAudit();
        app.MapAuditExport();
        app.MapAuthority();
        v1.MapPortForwards();
        v1.MapNodes();
        v1.MapFirecase();
        app.MapGroup("").RequireAuthorization(Policies.Viewer).RequireMembersToChange().AddEndpointFilter<FailureFilter>().AddEndpointFilter<CallLimitFilter>().MapFirecase();
    }
}
