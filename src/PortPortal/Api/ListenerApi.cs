using PortPortal.Auth;
using PortPortal.Engine.Common;
using PortPortal.Engine.Exposures;
using PortPortal.Engine.Sessions;
using PortPortal.Sdk;
using PortPortal.Wire;

namespace PortPortal.Api;

/// <summary><c>PUT /v1/sessions/{id}/listeners</c>: an agent inside says what listens there; all of it, every time.</summary>
internal static class ListenerApi
{
    public static void MapListeners(this RouteGroupBuilder v1) =>
        v1.MapPut("/sessions/{session}/listeners", ReportAsync).WithTags("Ports").Produces<PortList>();

    private static async Task<IResult> ReportAsync(HttpContext context, string session, ListenerReports reports, ExposureFeed exposures, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (!read.Succeeded)
        {
            return new ProblemResult(read.Refusals);
        }

        var body = read.Value;
        var listeners = body.Objects("listeners").Select(ReadListener).ToList();
        body.RefuseOthers();
        var reported = reports.Report(session, listeners, context.Actor(), body.Faults);
        return reported.Succeeded
            ? Results.Ok(reported.Value.ToPortList(exposures.Of(reported.Value.Id)))
            : new ProblemResult(reported.Refusals);
    }

    private static ReportedListener ReadListener(JsonBody body)
    {
        var listener = new ReportedListener { Port = body.RequiredPort("port"), Address = body.Text("address"), Process = body.Text("process"), ProcessId = body.Int("pid") };
        body.RefuseOthers();
        return listener;
    }
}
