using System.Net;

namespace PortPortal.Benchmarks;

/// <summary>The real program with the upstream exposed twice: to everyone, and to people signed in, of whom the load is one.</summary>
internal sealed class EdgeUnderTest : IAsyncDisposable
{
    private readonly PortalProcess _portal;

    private EdgeUnderTest(PortalProcess portal, Target open, Target gated) => (_portal, Open, Gated) = (portal, open, gated);

    public Target Open { get; }

    public Target Gated { get; }

    public static async Task<EdgeUnderTest> StartAsync(Target upstream)
    {
        var portal = await PortalProcess.StartAsync("--Logging:LogLevel:Default=Warning");
        try
        {
            var open = await ExposeAsync(portal, "open", upstream.Url.Port, "public");
            var gated = await ExposeAsync(portal, "gated", upstream.Url.Port, "sso");

            var person = new CookieContainer();
            await PortalPeople.SetUpAdminAsync(portal.Http, portal.SetUpLink!, person);
            using var page = await PortalPeople.VisitAsync(portal.Http, gated, person);
            page.EnsureSuccessStatusCode();

            return new(
                portal,
                new("PortPortal, public", open, portal.AuthorityPath),
                new("PortPortal, gated", gated, portal.AuthorityPath, person.GetCookieHeader(gated)));
        }
        catch
        {
            await portal.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    private static async Task<Uri> ExposeAsync(PortalProcess portal, string session, int port, string access)
    {
        await portal.Api.RegisterSessionAsync(session);
        return new Uri((await portal.Api.ExposeAsync(session, port, access)).GetProperty("url").GetString()!);
    }
}
