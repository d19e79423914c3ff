namespace PortPortal.Cli;

/// <summary>A session's id as lists show it: <c>run_</c> and its 12 characters. No name holds an underscore.</summary>
internal static class RunId
{
    private const string Prefix = "run_";

    public static string Of(string sessionId) => sessionId == "this-machine" ? sessionId : Prefix + sessionId;

    /// <summary>What the API knows it by: a run id without its prefix, a name as it is.</summary>
    public static string ToSession(string nameOrRunId) => nameOrRunId.StartsWith(Prefix, StringComparison.Ordinal) ? nameOrRunId[Prefix.Length..] : nameOrRunId;
}
