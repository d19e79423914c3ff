namespace PortPortal.Sdk;

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Code">A stable code, such as <c>invalid_port</c>.</param>
/// <param name="Detail">One sentence that names the allowed values.</param>
/// <param name="Field">The member it is about; null where it is about none.</param>
public sealed record FaultInfo(string Code, string Detail, string? Field = null);
