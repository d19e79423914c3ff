using Microsoft.Data.Sqlite;
using Npgsql;
using PortPortal.Engine.Common;

namespace PortPortal.Api;

/// <summary>Tells a caller what the surroundings did not allow: a full disk, or a database that another process holds.</summary>
internal sealed class FailureFilter : IEndpointFilter
{
    private const int SqliteBusy = 5;
    private const int SqliteFull = 13;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception exception) when (exception.GetBaseException() is SqliteException { SqliteErrorCode: SqliteFull } or PostgresException { SqlState: PostgresErrorCodes.DiskFull })
        {
            return new ProblemResult(new Refusal(507, RefusalCodes.StorageFull, "The disk is full; nothing was changed."));
        }
        catch (Exception exception) when (exception.GetBaseException() is SqliteException { SqliteErrorCode: SqliteBusy })
        {
            return new ProblemResult(new Refusal(503, RefusalCodes.StorageBusy, "Another process holds the database; nothing was changed.") { RetryAfter = TimeSpan.FromSeconds(2) });
        }
    }
}
