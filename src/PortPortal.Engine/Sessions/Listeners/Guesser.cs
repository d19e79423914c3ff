using System.Globalization;
using System.Text.RegularExpressions;

namespace PortPortal.Engine.Sessions.Listeners;

/// <summary>Guesses what a listener is from the process's name and arguments, then from the number.</summary>
internal static partial class Guesser
{
    private const int MaxArguments = 64;
    private const int NodeInspectorPort = 9229;
    private const int DebugpyPort = 5678;
    private const string Modules = "node_modules/";

    public static ListenerGuess? Guess(int port, ProcessOwner? owner) =>
        owner is null ? GuessTable.ByPort.GetValueOrDefault(port)
        : Debugger(port, owner.CommandLine.Arguments)
            ?? FromWords(port, owner)
            ?? GuessTable.ByPort.GetValueOrDefault(port);

    /// <summary>A debugger is an extra port of an ordinary program, so only the port its option names counts.</summary>
    private static ListenerGuess? Debugger(int port, string[] arguments)
    {
        var considered = arguments.Take(MaxArguments).ToArray();
        foreach (var argument in considered)
        {
            if (NodeInspector.Match(argument) is { Success: true } inspector && PortAtEnd(inspector.Groups["where"].Value, NodeInspectorPort) == port)
            {
                return new("Node.js inspector", ListenerKind.Debugger);
            }

            if (JavaDebugger.Match(argument) is { Success: true } java && PortAtEnd(java.Groups["where"].Value, 0) == port)
            {
                return new("Java debugger", ListenerKind.Debugger);
            }
        }

        var debugpy = Array.IndexOf(considered, "debugpy");
        var listen = debugpy < 0 ? -1 : Array.IndexOf(considered, "--listen", debugpy);
        return debugpy >= 0 && port == (listen >= 0 && listen + 1 < considered.Length ? PortAtEnd(considered[listen + 1], 0) : DebugpyPort)
            ? new("debugpy", ListenerKind.Debugger)
            : null;
    }

    /// <summary>The process's own name first, then its arguments from left to right: <c>node …/vite</c> is Vite, not Node.</summary>
    private static ListenerGuess? FromWords(int port, ProcessOwner owner)
    {
        foreach (var word in Words(owner))
        {
            if (GuessTable.ByWord.TryGetValue(word, out var guess))
            {
                return GuessTable.ByNameAndPort.GetValueOrDefault((guess.Name, port), guess);
            }
        }

        return null;
    }

    private static IEnumerable<string> Words(ProcessOwner owner)
    {
        yield return owner.Process.Name;
        var before = "";
        var scriptSeen = false;
        foreach (var (index, argument) in owner.CommandLine.Arguments.Take(MaxArguments).Index())
        {
            // What a program is called is where its path, its script or a module stands; later words are its own business ("app serve").
            var isOption = argument.StartsWith('-');
            var isScript = index > 0 && !isOption && !scriptSeen && argument.AsSpan().ContainsAny('/', '.');
            scriptSeen |= isScript;
            if (index == 0 || isScript || (before == "-m" && !isOption))
            {
                var file = argument[(argument.LastIndexOf('/') + 1)..].TrimEnd(':');
                yield return file;
                yield return Path.GetFileNameWithoutExtension(file);
            }

            if (!isOption && argument.Contains(Modules, StringComparison.Ordinal))
            {
                yield return Package(argument);
            }

            if (!isOption && argument.Count(c => c == '.') > 1)
            {
                yield return argument; // a Java class
            }

            before = argument;
        }
    }

    private static string Package(string path)
    {
        var parts = path[(path.LastIndexOf(Modules, StringComparison.Ordinal) + Modules.Length)..].Split('/');
        return parts.Length > 1 && (parts[0].StartsWith('@') || parts[0] == ".bin") ? parts[1] : parts[0];
    }

    private static int PortAtEnd(string where, int otherwise) =>
        int.TryParse(where.AsSpan(where.LastIndexOf(':') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : otherwise;

    [GeneratedRegex("^--inspect(-brk|-wait)?(=(?<where>.*))?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex NodeInspector { get; }

    [GeneratedRegex("^(-agentlib:jdwp=|-Xrunjdwp:)(.*,)?address=(?<where>[^,]*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex JavaDebugger { get; }
}
