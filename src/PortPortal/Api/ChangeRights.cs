using Microsoft.AspNetCore.Authorization;
using PortPortal.Auth;

namespace PortPortal.Api;

/// <summary>Who may change something by a call at all, judged before a byte of its body is read: members, but for what viewers do with their own.</summary>
/// <remarks>A call that only admins may make asks for them itself; whose things a member may change is judged where they are found.</remarks>
internal static class ChangeRights
{
    private static readonly string[] Looking = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Options];

    /// <summary>Every call of the group, also one that is mapped later, that is no look at things.</summary>
    public static RouteGroupBuilder RequireMembersToChange(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            var changes = endpoint.Metadata.OfType<IHttpMethodMetadata>().Any(route => route.HttpMethods.Except(Looking, StringComparer.OrdinalIgnoreCase).Any());
            if (changes && !endpoint.Metadata.OfType<OpenToViewers>().Any())
            {
                endpoint.Metadata.Add(new AuthorizeAttribute(Policies.Member));
            }
        });
        return group;
    }

    /// <summary>What viewers change is their own.</summary>
    public static RouteGroupBuilder AllowViewersToChange(this RouteGroupBuilder group) => group.WithMetadata(new OpenToViewers());

    private sealed record OpenToViewers;
}
