using System.Text.Json;
using System.Text.Json.Serialization;

namespace PortPortal.Sdk;

/// <summary>How everything on the wire is written and read, without reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<SessionInfo>))]
[JsonSerializable(typeof(IReadOnlyList<PortInfo>))]
[JsonSerializable(typeof(IReadOnlyList<ShareLinkInfo>))]
[JsonSerializable(typeof(IReadOnlyList<PortForwardInfo>))]
[JsonSerializable(typeof(ConnectionList))]
[JsonSerializable(typeof(PortList))]
[JsonSerializable(typeof(ExposedPortInfo))]
[JsonSerializable(typeof(PortForwardInfo))]
[JsonSerializable(typeof(IReadOnlyList<PreviewLinkInfo>))]
[JsonSerializable(typeof(PreviewTokenInfo))]
[JsonSerializable(typeof(StatusEvent))]
[JsonSerializable(typeof(ProblemInfo))]
[JsonSerializable(typeof(NewSession))]
[JsonSerializable(typeof(NewPort))]
[JsonSerializable(typeof(PortChange))]
[JsonSerializable(typeof(NewShareLink))]
[JsonSerializable(typeof(ShareLinkChange))]
[JsonSerializable(typeof(NewPortForward))]
[JsonSerializable(typeof(ForwardChange))]
[JsonSerializable(typeof(NewPreviewToken))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class PortPortalJson : JsonSerializerContext;
