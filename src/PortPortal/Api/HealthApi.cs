using PortPortal.Engine.Data;

namespace PortPortal.Api;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: it can do its work.</summary>
internal static class HealthApi
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", () => Results.Text("ok\n")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/readyz", ReadyAsync).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<IResult> ReadyAsync(Database database, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return Results.Text("draining\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        return await database.RunAsync(db => db.Database.CanConnectAsync(cancellationToken))
            ? Results.Text("ready\n")
            : Results.Text("the database does not answer\n", statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
