using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using PortPortal.Auth;
using PortPortal.Engine.Accounts;

namespace PortPortal.Tests.Durability;

/// <summary>The whole program, with a call over HTTP for what only a page can ask of it: saving the identity provider.</summary>
internal static class ProviderCall
{
    public static async Task Main(string[] args)
    {
        await using var app = Program.Build(args, builder => builder.Configuration.AddInMemoryCollection([new("Containers:Socket", "none")]));
        app.MapPut("/v1/provider/{turn:int}", async (int turn, HttpContext context, ProviderService service) =>
            (await service.SaveAsync(Turn(turn), endSignIns: false, context.Actor()!, CancellationToken.None)).Succeeded ? Results.NoContent() : Results.Conflict()).RequireAuthorization(Policies.Admin);
        app.MapGet("/v1/provider", (IOptionsMonitor<OidcOptions> options) => options.CurrentValue).RequireAuthorization(Policies.Admin);
        await app.RunAsync();
    }

    /// <summary>Two providers in turn; what is saved in one turn shares nothing with what is saved in another.</summary>
    public static ProviderChange Turn(int turn) => new()
    {
        Issuer = turn % 2 == 0 ? "https://id.lark.test" : "https://id.wren.test",
        ClientId = $"portportal-{turn}",
        ClientSecret = $"{turn}-{new string('s', turn % 2 == 0 ? 5 : 1500)}",
        Scopes = $"openid profile turn{turn}",
        GroupClaim = $"groups-{turn}",
        AdminGroups = $"admins-{turn}",
    };

    /// <summary>The turn that is in force whole; null where no provider is.</summary>
    public static int? TurnOf(OidcOptions options)
    {
        if (!options.IsConfigured)
        {
            return null;
        }

        var turn = int.Parse(options.ClientId.Split('-')[1], CultureInfo.InvariantCulture);
        Assert.Equal(
            Turn(turn),
            new() { Issuer = options.Authority, ClientId = options.ClientId, ClientSecret = options.ClientSecret, Scopes = options.Scopes, GroupClaim = options.GroupClaim, AdminGroups = options.AdminGroups });
        return turn;
    }
}
