using Microsoft.AspNetCore.Http;
using PortPortal.Engine.Common;

namespace PortPortal.Engine.Edge.Index;

/// <summary>Whose API key that is; null for a key that is unknown, revoked or over.</summary>
internal delegate Actor? KeyHolder(HttpContext context, string key);
