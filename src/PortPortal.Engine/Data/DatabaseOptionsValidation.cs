using Microsoft.Extensions.Options;

namespace PortPortal.Engine.Data;

internal sealed class DatabaseOptionsValidation : IValidateOptions<DatabaseOptions>
{
    public ValidateOptionsResult Validate(string? name, DatabaseOptions options) =>
        options is { Provider: DatabaseProvider.PostgreSql, ConnectionString.Length: 0 }
            ? ValidateOptionsResult.Fail("Database:ConnectionString is missing: PostgreSql takes one such as Host=db;Database=portportal;Username=portportal;Password=….")
            : ValidateOptionsResult.Success;
}
