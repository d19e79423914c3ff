using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Auth;

/// <summary>Who sent a request, with the rights of this moment.</summary>
internal static class RequestActor
{
    /// <summary>The person or key behind an authorized request.</summary>
    public static Actor Actor(this HttpContext context) =>
        context.LiveActor()() ?? throw new InvalidOperationException("The route lets strangers in, yet asks who they are.");

    /// <summary>Asks again at each call; null once the rights are gone.</summary>
    public static Func<Actor?> LiveActor(this HttpContext context)
    {
        var directory = context.RequestServices.GetRequiredService<AccountDirectory>();
        var principal = context.User;
        return () => directory.FindActor(principal);
    }
}
