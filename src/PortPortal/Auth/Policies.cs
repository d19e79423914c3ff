using Microsoft.AspNetCore.Authorization;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;

namespace PortPortal.Auth;

/// <summary>The three policies; each asks for at least that role, as it is at this moment.</summary>
internal static class Policies
{
    public const string Viewer = nameof(Role.Viewer);
    public const string Member = nameof(Role.Member);
    public const string Admin = nameof(Role.Admin);

    public static AuthorizationPolicy AtLeast(Role role) => new AuthorizationPolicyBuilder().AddRequirements(new RoleRequirement(role)).Build();
}

internal sealed record RoleRequirement(Role Role) : IAuthorizationRequirement;

internal sealed class RoleHandler(AccountDirectory directory) : AuthorizationHandler<RoleRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RoleRequirement requirement)
    {
        if (directory.FindActor(context.User) is { } actor && actor.Role >= requirement.Role)
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
