using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Auth;

/// <summary>Who is behind a request.</summary>
internal static class HttpActor
{
    private static readonly object Judged = new();

    /// <summary>The actor of an endpoint that a policy guards; their rights do not change half-way through one request.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in: the endpoint has no policy.</exception>
    public static Actor Actor(this HttpContext context)
    {
        if (context.Items.TryGetValue(Judged, out var known) && known is Actor actor)
        {
            return actor;
        }

        actor = context.FindActor() ?? throw new InvalidOperationException($"{context.Request.Path} was reached by nobody: it needs a policy.");
        context.Items[Judged] = actor;
        return actor;
    }

    /// <summary>The actor, or null where nobody is signed in.</summary>
    public static Actor? FindActor(this HttpContext context) =>
        context.RequestServices.GetRequiredService<AccountDirectory>().FindActor(context.User);

    /// <summary>For what outlives its request, such as a stream: the actor with the rights of the moment it is asked.</summary>
    public static Func<Actor?> LiveActor(this HttpContext context)
    {
        var (directory, user) = (context.RequestServices.GetRequiredService<AccountDirectory>(), context.User);
        return () => directory.FindActor(user);
    }

    /// <summary>The client's address as the connection has it.</summary>
    public static string? From(this HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        { } address => address.ToString(),
        null => null,
    };
}
