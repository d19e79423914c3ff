using PortPortal.Engine.Common;

namespace PortPortal.Components.Live;

/// <summary>What goes through a session each way: the last 15 minutes in 60 steps, and this moment.</summary>
/// <param name="Down">To visitors, bytes per second.</param>
/// <param name="Up">From visitors, bytes per second.</param>
public sealed record TrafficFlow(ValueList<double> Down, ValueList<double> Up, double DownNow, double UpNow, double RequestsNow);
