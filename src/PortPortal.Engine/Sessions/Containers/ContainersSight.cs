using PortPortal.Engine.Common;

namespace PortPortal.Engine.Sessions.Containers;

/// <summary>All containers of this machine, in the order of their ids.</summary>
/// <param name="Containers">As last seen; an engine that stops answering says nothing about its containers.</param>
/// <param name="Problem">Why nothing newer is known, in words; null while the engine answers.</param>
internal sealed record ContainersSight(ValueList<ContainerSighting> Containers, string? Problem);
