using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace PortPortal.Engine.Data;

/// <summary>Stores a moment as whole milliseconds since 1970-01-01 UTC.</summary>
internal sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
    moment => moment.ToUnixTimeMilliseconds(),
    stored => DateTimeOffset.FromUnixTimeMilliseconds(stored));
