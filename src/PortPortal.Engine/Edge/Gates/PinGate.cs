using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Access;
using PortPortal.Engine.Edge.Pages;
using PortPortal.Engine.Edge.Routes;
using PortPortal.Engine.Edge.Traffic;
using PortPortal.Engine.Exposures;

namespace PortPortal.Engine.Edge.Gates;

/// <summary>The PIN page: asks, counts, compares, lets in.</summary>
internal sealed class PinGate(GuessLimits limits, ExposurePins pins, GateEntrance entrance, GateLockFeed locks, VisitAudit audit, TimeProvider time)
{
    public const string Path = EdgeEndpoints.Prefix + "pin";

    public Task AskAsync(HttpContext context, EdgeRoute route, string host, string target)
    {
        var locked = limits.Find(route.Exposure.Id, route.Policy.GrantsSince, PeerAddress.Of(context));
        return PageWriter.WriteAsync(context, locked is { } held ? LockedPages.Pin(route.Exposure.Port, held, target) : PinPages.Ask(route.Exposure.Port, target), host);
    }

    public async Task TryAsync(HttpContext context, EdgeRoute route, Admission admission)
    {
        // 1. The form; a port that asks for no PIN (any more) sends people on to what it does ask for.
        var read = await GateForm.ReadAsync(context, admission.Authority);
        if (!read.Succeeded)
        {
            await PageWriter.WriteAsync(context, EdgePages.Of(read.Refusals[0]), admission.Host);
            return;
        }

        var target = read.Value.Target;
        var (exposure, policy) = (route.Exposure, route.Policy);
        if (policy.Mode != AccessMode.Pin)
        {
            await PageWriter.RedirectAsync(context, $"https://{admission.Authority}{target}");
            return;
        }

        // 2. Count before looking.
        var address = PeerAddress.Of(context);
        var attempt = limits.Count(exposure.Id, policy.GrantsSince, address);
        if (attempt.Locked is { } locked)
        {
            audit.Refused(context, route, new Visitor(admission.Host), "too many wrong PINs came from there");
            await PageWriter.WriteAsync(context, LockedPages.Pin(exposure.Port, locked, target), admission.Host);
            return;
        }

        // 3. Compare.
        if (!pins.Matches(exposure, read.Value.Field("pin")))
        {
            audit.Refused(context, route, new Visitor(admission.Host), "the PIN was wrong");
            if (attempt.JustLocked)
            {
                audit.PinLocked(route);
                locks.Publish(new GateLock { ExposureId = exposure.Id, Generation = policy.GrantsSince, Until = time.GetUtcNow() + GuessLimits.ExposureLock });
            }

            await PageWriter.WriteAsync(context, PinPages.Wrong(exposure.Port, attempt.TriesLeft, target), admission.Host);
            return;
        }

        limits.Forgive(exposure.Id, policy.GrantsSince, address);
        await entrance.EnterAsync(context, route, admission, Proof.Pin, target);
    }
}
