using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Access;
using PortPortal.Engine.Accounts;
using PortPortal.Engine.Common;
using PortPortal.Engine.Edge.Grants;
using PortPortal.Engine.Edge.Pages;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Exposures.AccessRequests;

namespace PortPortal.Engine.Edge.Gates;

/// <summary>The page of somebody who proved an address that is not on the list: they can ask, and are let in when the owner says yes.</summary>
internal sealed class AskGate(EdgeGate gate, AccessRequestFeed feed, AskForAccess ask, TimeProvider time)
{
    public const string Path = EdgeEndpoints.Prefix + "ask";

    private const int AsksPerClient = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);
    private readonly AttemptLimiter _fromClient = new(time, AsksPerClient, Window);

    /// <summary>The refusal, with what can be done about it.</summary>
    public Task DenyAsync(HttpContext context, EdgeRoute route, in Visitor visitor, string host, string target)
    {
        if (visitor.IsKeptOut)
        {
            return PageWriter.WriteAsync(context, EdgePages.KeptOut(route.Exposure.Port), host);
        }

        var (port, who) = (route.Exposure.Port, visitor.Account?.VerifiedEmail ?? visitor.Account?.Name ?? visitor.Grant?.Email);
        if (!EmailAddress.TryParse(Proved(visitor), out var email))
        {
            return PageWriter.WriteAsync(context, EdgePages.Denied(port, who), host);
        }

        var page = feed.Find(route.Exposure.Id, email.ToString()) switch
        {
            { State: AccessRequestState.Open } => AskPages.Asked(port, who, target),
            { State: AccessRequestState.Refused, DecidedAt: { } at } when at > time.GetUtcNow() - AccessRequestService.RefusalStands => AskPages.Refused(port, who),
            _ => AskPages.MayAsk(port, who, target),
        };
        return PageWriter.WriteAsync(context, page, host);
    }

    /// <summary>Takes the question; whoever is let in by now goes straight on.</summary>
    public async Task AskAsync(HttpContext context, EdgeRoute route, Admission admission)
    {
        var read = await GateForm.ReadAsync(context, admission.Authority);
        if (!read.Succeeded)
        {
            await PageWriter.WriteAsync(context, EdgePages.Of(read.Refusals[0]), admission.Host);
            return;
        }

        var target = read.Value.Target;
        var visitor = gate.Identify(context, route.Policy, admission.Host);
        var decision = gate.Decide(route.Policy, visitor);
        if (decision.Code != RefusalCodes.NotOnList || !EmailAddress.TryParse(Proved(visitor), out var email))
        {
            await PageWriter.RedirectAsync(context, $"https://{admission.Authority}{target}");
            return;
        }

        if (_fromClient.Count(ClientAddress.Bucket(PeerAddress.Text(context))) is { } wait)
        {
            await PageWriter.WriteAsync(context, EdgePages.Of(new(429, RefusalCodes.RateLimited, "Too many requests came from there; try again later.") { RetryAfter = wait }), admission.Host);
            return;
        }

        var asked = await ask(route.Exposure.Id, email, visitor.Account?.Name, PeerAddress.Text(context), context.RequestAborted);
        await (asked.Succeeded
            ? PageWriter.RedirectAsync(context, $"https://{admission.Authority}{target}")
            : PageWriter.WriteAsync(context, EdgePages.Of(asked.Refusals[0]), admission.Host));
    }

    /// <summary>The address that a code or a provider has proved; null for everyone else.</summary>
    private static string? Proved(in Visitor visitor) => visitor.Account?.VerifiedEmail ?? (visitor.Grant is { Proof: Proof.EmailCode } grant ? grant.Email : null);
}

/// <summary>Notes that someone asks to come in: <see cref="AccessRequestService.AskAsync"/>.</summary>
internal delegate Task<Outcome<AccessRequestStatus>> AskForAccess(string exposureId, EmailAddress email, string? name, string from, CancellationToken cancellationToken);
